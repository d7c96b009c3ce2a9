/** The texts that a web client made for Fastpath asks for (reference 3.9), as long as the administrator has no other words. */
export const FASTPATH_TEXTS: Readonly<Record<string, string>> = {
  user_input_page_title: "Talk to us",
  start_chat_button: "Start chat",
  queue_title_text: "One moment, please",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the client puts numbers in their place
  queue_description_text: "You are number ${position} in the queue. The wait is about ${waitTime}.",
  queue_footer_text: "Somebody will be with you soon.",
  no_agent_text: "Nobody is free just now. Please try again later, or leave a message.",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the client puts a name in its place
  acceptedChat_text: "You are talking with ${agent}.",
  chatDisconnected_text: "The connection was lost.",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the client puts a name in its place
  chatSessionEnded_text: "The chat with ${agent} has ended.",
  inviteChat_text: "Another agent was asked to join.",
  transferChat_text: "You are being put through to another agent.",
  transcript_window_text: "What was said can be sent to you by e-mail.",
  transcript_send_text: "It was sent.",
  transcript_not_sent_text: "It could not be sent.",
  no_help_text: "Nothing was found.",
};

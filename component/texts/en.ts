/**
 * Everything a workgroup says to an agent who has it among the contacts, by key. `{name}` and the like are filled in.
 * Other languages are files beside this one with the same keys.
 */
export const en = {
  yes: "yes",
  no: "no",
  "yes.words": "yes y ok okay yep yeah accept sure 1",
  "no.words": "no n nope decline reject 2",
  "offer.title": "New chat in {workgroup}",
  "offer.text": "New chat in {workgroup}: {name}{question}",
  "offer.transfer": "{agent} would like to hand a chat over to {workgroup}: {name}{question}",
  "offer.invite": "{agent} asks for help in a chat: {name}{question}",
  "offer.asks": " asks: {question}",
  "offer.verified": "(confirmed by the site)",
  "offer.accept": "Take it",
  "offer.decline": "Not now",
  "offer.answer": "Will you take it? Answer “yes” or “no” (or 1, 2) within {seconds} s.",
  "offer.take": "Take this chat?",
  "offer.accepted": "You have taken {name}’s chat. The invitation to the room is on its way.",
  "offer.rejected": "All right, {name} goes to somebody else.",
  "offer.expired": "{name}’s chat: the time to answer is over.",
  "offer.taken": "{agent} took {name}’s chat.",
  "offer.taken-by-other": "{name}’s chat was taken by somebody else.",
  "offer.visitor-gone": "{name} has left.",
  "offer.withdrawn": "The offer of {name}’s chat was withdrawn.",
  "offer.accepted-elsewhere": "You took {name}’s chat on another device.",
  "offer.rejected-elsewhere": "You declined {name}’s chat on another device.",
  "offer.not-joined": "You did not come into the room, so {name}’s chat goes to somebody else.",
  "offer.none": "No chat is offered to you just now. “queue” shows who waits.",
  "offer.gone": "That chat is not on offer any more.",
  "offer.off-duty": "You are not on duty. Set your status to available, then “take”.",
  "handover.taken": "{who} has taken {name}’s chat over. It is not yours any more.",
  "handover.came": "{who} has come into {name}’s chat.",
  "handover.no-such-workgroup": "There is no workgroup {who}. {name}’s chat is still yours.",
  "handover.nobody-there": "Nobody of {who} is free. {name}’s chat is still yours.",
  "handover.all-declined": "Nobody of {who} took {name}’s chat. It is still yours.",
  "handover.declined": "{who} declined to come into {name}’s chat. It is still yours.",
  "handover.not-joined": "{who} did not come into {name}’s chat. It is still yours.",
  "form.unknown": "This form is not known here. Type “help” for what you can say.",
  "too-long": "That is too long; the limit is {limit} characters.",
  "too-fast": "That was a little fast. Please wait a moment.",
  unknown: "I do not know “{word}”. Type “help” for what you can say.",
  failed: "That did not work just now. Please try again in a moment.",
};

export type TextKey = keyof typeof en;
export type Texts = Record<TextKey, string>;

-- A room's last lines are kept in its archive, and not in memory as well.
--
-- Load it on the rooms' host, with muc_mam. Prosody keeps the last 20 lines of each room as tables, beside the archive; with a
-- thousand rooms that is most of what its collector goes through, and it stands still meanwhile (bench/README.md). Who
-- enters a room and wants history has it from muc_mam, which reads the archive when memory has less. Written for Prosody
-- 0.12 and 13.

-- After muc_mam has stored the line (0), before the room keeps it (-1).
module:hook("muc-add-history", function () return true; end, -0.5);

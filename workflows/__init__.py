"""What waits: the follow-up of an employment, and the delivery of reminders. No rule is here."""

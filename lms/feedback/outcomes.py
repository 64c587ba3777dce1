"""What the program may decide about a comment. Pure."""

from collections.abc import Mapping

from lms.core.language import to_translate

# Each with the sentence that says what it means; pages and mails translate it.
OUTCOMES: Mapping[str, str] = {
    "accepted": to_translate("Accepted: the text of the criterion changes as the comment proposes."),
    "changed": to_translate("Changed: the text of the criterion changes, in another way than the comment proposes."),
    "explained": to_translate("Explained: the text of the criterion stays as it is; the answer says what it means."),
    "out of scope": to_translate("Out of scope: the comment is about something that the criteria do not decide."),
}

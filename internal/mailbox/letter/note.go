package letter

// Note is something that a reader of a letter should know about it.
type Note string

const (
	NoteTNEF           Note = "tnef"            // a winmail.dat, which is not opened
	NoteCalendar       Note = "calendar"        // an invitation is attached
	NotePGPEncrypted   Note = "pgp-encrypted"   // readable only with the key
	NoteSMIMEEncrypted Note = "smime-encrypted" // readable only with the key
	NotePGPSigned      Note = "pgp-signed"      // the signature was not checked
	NoteSMIMESigned    Note = "smime-signed"    // the signature was not checked
	NoteSMIMEWrapped   Note = "smime-wrapped"   // the text is inside the signature and is not shown
	NoteCharset        Note = "charset"         // the declared charset was wrong or unknown
	NoteDamaged        Note = "damaged"         // the message is not built as it claims
	NoteCut            Note = "cut"             // the text was too long to show whole
	NoteSeveralFrom    Note = "several-from"    // more than one author
	NoteNoFrom         Note = "no-from"         // no author
)

// Sentence says what the note means, for the timeline.
func (n Note) Sentence() string {
	switch n {
	case NoteTNEF:
		return "The sender's mail program packed attachments into a winmail.dat, which is not opened here. Ask for the files in another format."
	case NoteCalendar:
		return "An invitation to a calendar is attached."
	case NotePGPEncrypted:
		return "The message is encrypted with PGP and can only be read with the key."
	case NoteSMIMEEncrypted:
		return "The message is encrypted with S/MIME and can only be read with the key."
	case NotePGPSigned:
		return "The message has a PGP signature, which was not checked."
	case NoteSMIMESigned:
		return "The message has an S/MIME signature, which was not checked."
	case NoteSMIMEWrapped:
		return "The text is packed inside an S/MIME signature; it is attached as smime.p7m."
	case NoteCharset:
		return "The message does not say correctly which characters it uses; some may be wrong."
	case NoteDamaged:
		return "The message is damaged; what could be read of it is shown, and the original is kept."
	case NoteCut:
		return "The text is too long to show whole; all of it is attached."
	case NoteSeveralFrom:
		return "The message names more than one author."
	case NoteNoFrom:
		return "The message does not say who wrote it."
	}
	return ""
}

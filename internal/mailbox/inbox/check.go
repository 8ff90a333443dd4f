package inbox

import (
	"crypto/x509"
	"encoding/pem"
	"regexp"
	"strings"

	"muster/internal/fault"
	"muster/internal/mailbox/compose"
	"muster/internal/template"
	"muster/internal/text"
)

// check says what an inbox cannot be.
func (b *Book) check(in Inbox) error {
	var errs []error
	if !compose.Writable(in.Address) || strings.Contains(in.Address, "+") {
		errs = append(errs, fault.Field("address", "%q is no address of an inbox; write it like support@example.com.", text.Snippet(text.Valid(in.Address), 80)))
	}
	if _, err := b.Desk.Kind(in.TicketKind()); err != nil {
		errs = append(errs, fault.Field("kind", "There are no tickets of the kind %q.", in.Kind))
	}
	for _, name := range []string{in.Name, in.FromName} {
		if compose.OneLine(name) != name || len(name) > 200 {
			errs = append(errs, fault.Field("name", "A name is one line of at most 200 bytes."))
		}
	}
	if why := template.Wrong(in.Words()); why != "" {
		errs = append(errs, fault.Field("autoAck", "In the acknowledgement %s", why))
	}
	for _, entry := range in.Block {
		if e := strings.TrimPrefix(entry, "@"); !compose.Writable(e) && !domain.MatchString(e) {
			errs = append(errs, fault.Field("block", "%q is neither an address nor a domain; write it like offers@example.com or example.com.", text.Snippet(text.Valid(entry), 80)))
		}
	}
	if in.TrustedHost != "" && !domain.MatchString(in.TrustedHost) {
		errs = append(errs, fault.Field("trustedHost", "Write the trusted server's name as it stands in Authentication-Results, like mx.example.com."))
	}
	for field, words := range map[string]string{"signature": in.Signature, "autoAck": in.AutoAck} {
		if len(words) > longestWords {
			errs = append(errs, fault.Field(field, "It goes out with many mails, so it has at most %d bytes. Shorten it.", longestWords))
		}
	}
	errs = append(errs, in.IMAP.check())
	if in.DKIM.Key != "" && !isKey(in.DKIM.Key) {
		errs = append(errs, fault.Field("dkim.key", "This is no private key in PEM form."))
	}
	return fault.Join(errs...)
}

// domain is a name such as example.com.
var domain = regexp.MustCompile(`^[\pL\pN]([\pL\pN._-]{0,250}[\pL\pN])?$`)

const longestWords = 20_000 // bytes of what is added to mails

func isKey(text string) bool {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return false
	}
	_, one := x509.ParsePKCS8PrivateKey(block.Bytes)
	_, two := x509.ParsePKCS1PrivateKey(block.Bytes)
	return one == nil || two == nil
}

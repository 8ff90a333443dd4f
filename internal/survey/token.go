package survey

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"net/url"
	"regexp"
	"strings"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/workspace"
)

// Path is where answers are given: a token follows it.
const Path = "/rate/"

var digits = base32.NewEncoding("0123456789abcdefghijklmnopqrstuv").WithPadding(base32.NoPadding)

const signed = 32 // characters of a signature, of 5 bits each

// sign returns what only the secret gives for an invitation.
func (a *Asker) sign(workspace, id string) string {
	mac := hmac.New(sha256.New, a.Secret)
	mac.Write([]byte("survey\x00" + workspace + "\x00" + id))
	return digits.EncodeToString(mac.Sum(nil))[:signed]
}

// token is what leads to an invitation: whoever has it may answer.
func (a *Asker) token(workspace, id string) string { return id + "." + a.sign(workspace, id) }

// Token is what leads to an invitation: for who brings history in.
func (a *Asker) Token(tx *db.Tx, id string) (string, error) {
	if err := tx.Must(access.Settings); err != nil {
		return "", err
	}
	return a.token(tx.Workspace, id), nil
}

// read returns the invitation that a token of ours is for.
func (a *Asker) read(workspace, token string) (id string, ok bool) {
	id, signature, _ := strings.Cut(token, ".")
	return id, hmac.Equal([]byte(signature), []byte(a.sign(workspace, id)))
}

// bareLink is one of ours, as a link: what only reads like one, in a title that a mail repeats, is nobody's business to sign.
var bareLink = regexp.MustCompile(`(<a href="[^"]*` + Path + `)([0-9a-v]{20})(\?r=[0-9]+")`)

// Complete signs the links of a mail that asks. What is kept on the ticket has
// them without a signature, so that nobody who reads it there can answer in the customer's name.
func (a *Asker) Complete(workspace, page string) string {
	return bareLink.ReplaceAllStringFunc(page, func(link string) string {
		part := bareLink.FindStringSubmatch(link)
		return part[1] + a.token(workspace, part[2]) + part[3]
	})
}

// base is the web address at which a workspace answers.
func (a *Asker) base(w workspace.Workspace) string {
	u, err := url.Parse(a.URL)
	if err != nil || w.Host == "" {
		return a.URL
	}
	if port := u.Port(); port != "" {
		u.Host = w.Host + ":" + port
	} else {
		u.Host = w.Host
	}
	return strings.TrimSuffix(u.String(), "/")
}

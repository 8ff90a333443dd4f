package desk

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"muster/internal/web/ui"
)

// What somebody sends after their session has ended is carried through the sign-in in the forms
// themselves, and is theirs to send again: nothing is kept on the way, and nothing typed is lost.
const (
	carried   = "sent."   // before the names of what was sent
	carriedTo = "sent-to" // where it was going
)

// carry is what was sent, as hidden fields of the form for signing in. Passwords are typed again.
func carry(sent url.Values, to string) []ui.Field {
	all := []ui.Field{{Name: carriedTo, Kind: ui.Hidden, Value: to}}
	for name, values := range sent {
		if strings.Contains(strings.ToLower(name), "password") {
			continue
		}
		for _, v := range values {
			all = append(all, ui.Field{Name: carried + name, Kind: ui.Hidden, Value: v})
		}
	}
	slices.SortStableFunc(all, func(a, b ui.Field) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// carriedOn is what a form for signing in carries, and where to: "" for nothing.
func carriedOn(f url.Values) (sent url.Values, to string) {
	if to = ours(f.Get(carriedTo)); to == "" {
		return nil, ""
	}
	sent = url.Values{}
	for name, values := range f {
		if name, ok := strings.CutPrefix(name, carried); ok {
			sent[name] = values
		}
	}
	return sent, to
}

// askAgain has who was signed out meanwhile sign in, with what they sent.
func askAgain(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseMultipartForm(maxForm); err != nil && err != http.ErrNotMultipart {
		return err
	}
	v := signInView{Frame: bareFrame(r, "Sign in"), Form: signInForm("")}
	v.Form.Fields = append(v.Form.Fields, carry(r.PostForm, r.URL.RequestURI())...)
	v.Form.Problem = "You were signed out meanwhile. Sign in and go on: what you wrote is kept."
	w.WriteHeader(http.StatusForbidden)
	return signInPage.Render(w, r, v)
}

// sendAgain offers to send what was carried through the sign-in.
func sendAgain(w http.ResponseWriter, r *http.Request, sent url.Values, to string) error {
	form := ui.Form{Action: to, Send: ui.Button{Text: "Send it now"}}
	for name, values := range sent {
		for _, v := range values {
			form.Fields = append(form.Fields, ui.Field{Name: name, Kind: ui.Hidden, Value: v})
		}
	}
	v := signInView{Frame: bareFrame(r, "Signed in again"), Form: form}
	v.Text = "You are signed in again. What you sent before is still to be done."
	return signInPage.Render(w, r, v)
}

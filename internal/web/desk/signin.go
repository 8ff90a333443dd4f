package desk

import (
	"net/http"
	"net/url"
	"strings"

	"muster/internal/fault"
	"muster/internal/people"
	"muster/internal/web/ui"
	"muster/internal/workspace"
)

// signInView is what signin.html shows.
type signInView struct {
	ui.Frame
	Text string // over the form
	Form ui.Form
}

var signInPage = ui.Parse[signInView](files, "signin.html")

func signInForm(back string) ui.Form {
	return ui.Form{Action: "/sign-in?back=" + url.QueryEscape(back), Send: ui.Button{Text: "Sign in"}, Fields: []ui.Field{
		{Name: "email", Label: "Mail address", Kind: ui.Email, Required: true, Auto: "username", Focus: true},
		{Name: "password", Label: "Password", Kind: ui.Password, Required: true, Auto: "current-password"},
	}}
}

func bareFrame(r *http.Request, title string) ui.Frame {
	f := ui.FrameOf(r, title)
	w := workspace.From(r.Context())
	f.Shell, f.Workspace = ui.Bare, ui.Workspace{Name: w.Name, Hue: w.Settings.BrandHue}
	return f
}

func (s *Screens) showSignIn(w http.ResponseWriter, r *http.Request) error {
	if _, ok := people.SignedIn(r.Context()); ok {
		return s.home(w, r)
	}
	return signInPage.Render(w, r, signInView{Frame: bareFrame(r, "Sign in"), Form: signInForm(r.URL.Query().Get("back"))})
}

func (s *Screens) signIn(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fault.New(fault.Invalid, "The form did not arrive whole. Send it again.")
	}
	sent, to := carriedOn(r.PostForm)
	_, err := s.Sessions.SignIn(r.Context(), r.PostForm.Get("email"), r.PostForm.Get("password"), r.RemoteAddr)
	if fault.KindOf(err) == fault.Internal && err != nil {
		return err
	}
	if err != nil {
		v := signInView{Frame: bareFrame(r, "Sign in"), Form: signInForm(r.URL.Query().Get("back"))}
		v.Form.Fill(r.PostForm)
		if to != "" {
			v.Form.Fields = append(v.Form.Fields, carry(sent, to)...)
		}
		v.Form.Problem = fault.Message(err)
		w.WriteHeader(http.StatusUnprocessableEntity)
		return signInPage.Render(w, r, v)
	}
	if to != "" {
		return sendAgain(w, r, sent, to)
	}
	r.PostForm.Set("back", r.URL.Query().Get("back"))
	return back(w, r, "/")
}

func (s *Screens) signOut(w http.ResponseWriter, r *http.Request) error {
	if err := s.Router.Left(r.Context()); err != nil {
		return err
	}
	if err := s.Sessions.SignOut(r.Context()); err != nil {
		return err
	}
	http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
	return nil
}

// askToSignIn leads a reader of pages to the sign-in, with what a form sent; scripts are told.
func askToSignIn(w http.ResponseWriter, r *http.Request) error {
	scripted := r.Header.Get("HX-Request") != "" || r.Header.Get("Sec-Fetch-Mode") == "cors"
	if r.Method == http.MethodPost && !scripted && strings.HasPrefix(r.Header.Get("Accept"), "text/html") {
		return askAgain(w, r)
	}
	if r.Method != http.MethodGet || scripted || r.URL.Path == "/live" {
		return fault.New(fault.Denied, "You are signed out. Sign in again in another tab, then repeat this: what you wrote is kept.")
	}
	http.Redirect(w, r, "/sign-in?back="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
	return nil
}

package mailbox_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"muster/internal/db"
	"muster/internal/mailbox"
	"muster/internal/mailbox/outbox"
	"muster/internal/mustertest"
	"muster/internal/request"
	"muster/internal/ticket"
)

// scene is a world in which Carla has written a first mail, which became ticket 1, and Ann has answered it.
type scene struct {
	*world
	first          mailbox.Message
	answer, second outbox.Mail
}

func newScene(t *testing.T, d *db.DB) *scene {
	t.Helper()
	s := &scene{world: newWorld(t, d)}
	s.first = s.take(s.from(carla, "Printer", "It is on fire."))
	s.answer = s.world.answer(1, "Which printer?")
	return s
}

const carla, stranger = "carla@acme.example", "eve@elsewhere.example"

// ref is the field of an answer to Ann's mail.
func (s *scene) ref() string { return "In-Reply-To: " + header(s.answer.Raw, "Message-ID") }

// end takes ticket 1 to a state.
func (s *scene) end(state string) {
	s.t.Helper()
	s.change(1, ticket.Change{State: &state})
}

func (s *scene) stands(t *ticket.Ticket, state string) {
	s.t.Helper()
	if t.State != state {
		s.t.Errorf("the ticket is %s, want %s", t.State, state)
	}
}

func (s *scene) linksOf(t *ticket.Ticket) string {
	s.t.Helper()
	var all []string
	mustertest.See(s.t, s.DB, s.system, func(tx *db.Tx) error {
		links, err := ticket.Links(tx, t)
		for _, l := range links {
			all = append(all, fmt.Sprint(l.Type, " ", l.Ticket.Number))
		}
		return err
	})
	return strings.Join(all, ", ")
}

func (s *scene) follows(t *ticket.Ticket, want string) {
	s.t.Helper()
	if got := s.linksOf(t); got != want {
		s.t.Errorf("got the links %q, want %q", got, want)
	}
}

// beside checks that a ticket is linked to 1, and the agents are told.
func (s *scene) beside(t *ticket.Ticket, es []*ticket.Entry) {
	s.t.Helper()
	if got := s.linksOf(t); got != "relates 1" || len(es) != 2 || es[1].Kind != ticket.Note || !strings.Contains(es[1].Body.Text, "takes no part") {
		s.t.Errorf("got the links %q and %d entries, want a link to 1 and a note", got, len(es))
	}
}

// broken returns a Message-ID with another signature.
func broken(id string) string {
	i := strings.IndexByte(id, '@') - 1
	return id[:i] + string(map[bool]byte{true: '1', false: '0'}[id[i] == '0']) + id[i+1:]
}

// addressIn returns the address in a header field.
func addressIn(field string) string {
	_, a, _ := strings.Cut(field, "<")
	return strings.TrimSuffix(a, ">")
}

func merge(s *scene) {
	s.take(s.from(carla, "Scanner", "Beep."))
	mustertest.Do(s.t, s.DB, s.As(s.Ann), func(tx *db.Tx) error { _, err := s.Desk.Merge(tx, 1, 2); return err })
}

// Each row is a rule of where a mail belongs.
func TestThreads(t *testing.T) {
	tests := []struct {
		name   string
		before func(*scene)
		raw    func(*scene) string
		want   mailbox.Outcome
		number int64 // of the ticket it is on
		check  func(*scene, *ticket.Ticket, []*ticket.Entry)
	}{
		{name: "a new mail opens a ticket", want: mailbox.Opened, number: 2,
			raw: func(s *scene) string { return s.from(carla, "AW: Re[2]: Scanner", "It beeps.") },
			check: func(s *scene, tt *ticket.Ticket, es []*ticket.Entry) {
				if tt.Title != "Scanner" || tt.Team != s.Tier1.ID || tt.Requester != s.Carla.ID || tt.Channel != "mail" || len(es) != 1 || es[0].Body.Text != "It beeps." {
					s.t.Errorf("got the ticket %+v with %d entries", tt, len(es))
				}
			}},
		{name: "our signed Message-ID in In-Reply-To", want: mailbox.Joined, number: 1,
			raw: func(s *scene) string { return s.from(carla, "Re: other subject", "Thanks.", s.ref()) }},
		{name: "our signed Message-ID among References", want: mailbox.Joined, number: 1,
			raw: func(s *scene) string {
				return s.from(carla, "Re: x", "Thanks.", "References: <a@b.example>\n "+header(s.answer.Raw, "Message-ID")+"\n <c@d.example>")
			}},
		{name: "somebody else to whom our mail was passed on joins, and the agents are told", want: mailbox.Joined, number: 1,
			raw: func(s *scene) string { return s.from(stranger, "Re: x", "I take over.", s.ref()) },
			check: func(s *scene, _ *ticket.Ticket, es []*ticket.Entry) {
				if !strings.Contains(es[2].Verdict.Notes, "not taken part") {
					s.t.Errorf("the entry says %q of its sender", es[2].Verdict.Notes)
				}
			}},
		{name: "a changed signature is nothing", want: mailbox.Opened, number: 2,
			raw: func(s *scene) string { return s.from(carla, "x", "x", broken(s.ref())) }},
		{name: "the signed address, from the requester", want: mailbox.Joined, number: 1,
			raw: func(s *scene) string { return s.from(carla, "x", "Thanks.", "Cc: "+header(s.answer.Raw, "Reply-To")) }},
		{name: "the signed address in Delivered-To", want: mailbox.Joined, number: 1,
			raw: func(s *scene) string {
				return s.from(carla, "x", "Thanks.", "Delivered-To: "+addressIn(header(s.answer.Raw, "Reply-To")))
			}},
		{name: "the signed address, from a stranger", want: mailbox.Opened, number: 2, check: func(s *scene, tt *ticket.Ticket, es []*ticket.Entry) { s.beside(tt, es) },
			raw: func(s *scene) string { return s.from(stranger, "x", "Hello.", "Cc: "+header(s.answer.Raw, "Reply-To")) }},
		{name: "a foreign Message-ID that the ledger knows", want: mailbox.Joined, number: 1,
			raw: func(s *scene) string { return s.from(carla, "x", "More.", "In-Reply-To: <"+s.first.MessageID+">") }},
		{name: "a foreign Message-ID, from a stranger", want: mailbox.Opened, number: 2, check: func(s *scene, tt *ticket.Ticket, es []*ticket.Entry) { s.beside(tt, es) },
			raw: func(s *scene) string { return s.from(stranger, "x", "More.", "In-Reply-To: <"+s.first.MessageID+">") }},
		{name: "the tag in the subject, from the requester", want: mailbox.Joined, number: 1,
			raw: func(s *scene) string { return s.from(carla, "WG[5]: Printer [#1]", "More.") }},
		{name: "the tag, from a colleague in the organisation", want: mailbox.Joined, number: 1,
			raw:    func(s *scene) string { return s.from("dora@acme.example", "[#1] Printer", "Me too.") },
			before: func(s *scene) { s.take(s.from("dora@acme.example", "Something else", "Hi.")) }}, // she is known, and of Acme
		{name: "the tag, from a stranger", want: mailbox.Opened, number: 2, check: func(s *scene, tt *ticket.Ticket, es []*ticket.Entry) { s.beside(tt, es) },
			raw: func(s *scene) string { return s.from(stranger, "Re: Printer [#1]", "Let me in.") }},
		{name: "a stranger who writes the requester's address into Reply-To", want: mailbox.Opened, number: 2,
			raw: func(s *scene) string { return s.from(stranger, "Re: Printer [#1]", "Let me in.", "Reply-To: "+carla) }},
		{name: "the tag of another Muster", want: mailbox.Opened, number: 2,
			raw: func(s *scene) string {
				return s.from(carla, "Printer [#1]", "x", "Message-ID: <t.0123456789abcdefghij.0123456789abcdefghij.0123456789abcdefghijklmn@other.example>")
			}},
		{name: "a tag that is part of a longer word", want: mailbox.Opened, number: 2,
			raw: func(s *scene) string { return s.from(carla, "INC[#1]x", "x") }},
		{name: "the tag of a ticket that there is not", want: mailbox.Opened, number: 2,
			raw: func(s *scene) string { return s.from(carla, "Printer [#99]", "x") }},
		{name: "a tag in the text does not count", want: mailbox.Opened, number: 2,
			raw: func(s *scene) string { return s.from(carla, "x", "about [#1]") }},
		{name: "of two signed ids the newest counts", want: mailbox.Joined, number: 2,
			before: func(s *scene) { s.take(s.from(carla, "Scanner", "Beep.")); s.second = s.world.answer(2, "Yes?") },
			raw: func(s *scene) string {
				return s.from(carla, "x", "x", "References: "+header(s.second.Raw, "Message-ID")+" "+header(s.answer.Raw, "Message-ID"))
			}},
		{name: "a signed id counts more than a tag", want: mailbox.Joined, number: 1,
			before: func(s *scene) { s.take(s.from(carla, "Scanner", "Beep.")) },
			raw:    func(s *scene) string { return s.from(carla, "[#2]", "x", s.ref()) }},
		{name: "a signed address counts more than a tag", want: mailbox.Joined, number: 1,
			before: func(s *scene) { s.take(s.from(carla, "Scanner", "Beep.")) },
			raw:    func(s *scene) string { return s.from(carla, "[#2]", "x", "Cc: "+header(s.answer.Raw, "Reply-To")) }},
		{name: "a foreign Message-ID counts more than a tag", want: mailbox.Joined, number: 1,
			before: func(s *scene) { s.take(s.from(carla, "Scanner", "Beep.")) },
			raw:    func(s *scene) string { return s.from(carla, "[#2]", "x", "In-Reply-To: <"+s.first.MessageID+">") }},
		{name: "what the merged one went into ended long ago", want: mailbox.Opened, number: 3,
			before: func(s *scene) {
				merge(s)
				resolved := request.Resolved
				s.change(2, ticket.Change{State: &resolved})
				time.Sleep(15 * 24 * time.Hour)
			},
			raw:   func(s *scene) string { return s.from(carla, "x", "x", "Cc: "+header(s.answer.Raw, "Reply-To")) },
			check: func(s *scene, tt *ticket.Ticket, _ []*ticket.Entry) { s.follows(tt, "follows-up 2") }},
		{name: "a merged ticket leads to the one it went into", want: mailbox.Joined, number: 2,
			before: merge,
			raw:    func(s *scene) string { return s.from(carla, "x", "x", s.ref()) }},
		{name: "a mail on a merged ticket is answered there too", want: mailbox.Joined, number: 2,
			before: merge,
			raw:    func(s *scene) string { return s.from(carla, "x", "x", "In-Reply-To: <"+s.first.MessageID+">") }},
		{name: "an answer brings a ticket back from the trash", want: mailbox.Joined, number: 1, before: shelve(ticket.InTrash),
			raw: func(s *scene) string { return s.from(carla, "x", "x", s.ref()) }, check: standsIn(ticket.InOpen)},
		{name: "a machine's does not", want: mailbox.Joined, number: 1, before: shelve(ticket.InTrash),
			raw: func(s *scene) string { return s.from(carla, "x", "x", s.ref(), "Auto-Submitted: auto-replied") }, check: standsIn(ticket.InTrash)},
		{name: "what is spam stays so", want: mailbox.Joined, number: 1, before: shelve(ticket.InSpam),
			raw: func(s *scene) string { return s.from(carla, "x", "x", s.ref()) }, check: standsIn(ticket.InSpam)},
		{name: "an answer opens a resolved ticket again", want: mailbox.Joined, number: 1,
			before: func(s *scene) { s.end(request.Resolved); time.Sleep(13 * 24 * time.Hour) },
			raw:    func(s *scene) string { return s.from(carla, "x", "Still broken.", s.ref()) },
			check:  func(s *scene, tt *ticket.Ticket, _ []*ticket.Entry) { s.stands(tt, request.Open) }},
		{name: "after that it begins a ticket that follows it up", want: mailbox.Opened, number: 2,
			before: func(s *scene) { s.end(request.Resolved); time.Sleep(14*24*time.Hour + time.Minute) },
			raw:    func(s *scene) string { return s.from(carla, "x", "Broken again.", s.ref()) },
			check:  func(s *scene, tt *ticket.Ticket, _ []*ticket.Entry) { s.follows(tt, "follows-up 1") }},
		{name: "an automatic answer joins quietly, however long ago", want: mailbox.Joined, number: 1,
			before: func(s *scene) { s.end(request.Resolved); time.Sleep(30 * 24 * time.Hour) },
			raw: func(s *scene) string {
				return s.from(carla, "Automatic reply: x", "Away.", s.ref(), "Auto-Submitted: auto-replied")
			},
			check: func(s *scene, tt *ticket.Ticket, _ []*ticket.Entry) { s.stands(tt, request.Resolved) }},
		{name: "who is copied gets copies, machines and ourselves do not", want: mailbox.Opened, number: 2,
			raw: func(s *scene) string {
				return s.from(carla, "x", "x", "Cc: Dora <dora@acme.example>, support+x@quillmere.example, Carla <CARLA@acme.example>")
			},
			check: func(s *scene, tt *ticket.Ticket, _ []*ticket.Entry) {
				mustertest.See(s.t, s.DB, s.system, func(tx *db.Tx) error {
					ps, err := ticket.Participants(tx, tt)
					if len(ps) != 1 || ps[0].Address != "dora@acme.example" {
						s.t.Errorf("got the participants %+v, want Dora", ps)
					}
					return err
				})
			}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
				s := newScene(t, d)
				if tt.before != nil {
					tt.before(s)
				}
				m := s.take(tt.raw(s))
				got, entries := s.ticket(m)
				if m.Outcome != tt.want || got.Number != tt.number {
					t.Errorf("got %s on #%d, want %s on #%d: %s %+v", m.Outcome, got.Number, tt.want, tt.number, m.Reason, m.Steps)
				}
				if tt.check != nil {
					tt.check(s, got, entries)
				}
				s.balanced()
			})
		})
	}
}

func shelve(to ticket.Bucket) func(*scene) {
	return func(s *scene) {
		mustertest.Do(s.t, s.DB, s.As(s.Ann), func(tx *db.Tx) error { _, err := ticket.Shelve(tx, 1, to); return err })
	}
}

func standsIn(want ticket.Bucket) func(*scene, *ticket.Ticket, []*ticket.Entry) {
	return func(s *scene, got *ticket.Ticket, _ []*ticket.Entry) {
		if got.Bucket != want {
			s.t.Errorf("the ticket stands in %s, want %s", got.Bucket, want)
		}
	}
}

// Whoever writes a participant's address into From is a stranger, unless the domain vouches for it.
func TestForgedSenderIsAStranger(t *testing.T) {
	for _, row := range []struct {
		rule    string
		verdict mailbox.Verdict
		fields  func(*scene) []string
		want    mailbox.Outcome
	}{
		{"DMARC fails, and the domain asks for nothing", mailbox.Verdict{SPF: "fail", DMARC: "fail", Policy: "none"}, nil, mailbox.Opened},
		{"SPF fails, and there is no DMARC", mailbox.Verdict{SPF: "fail", DMARC: "none"}, nil, mailbox.Opened},
		{"it was forwarded, and its signature vouches", mailbox.Verdict{SPF: "fail", DKIM: "pass", DMARC: "pass"}, nil, mailbox.Joined},
		{"our own signed Message-ID proves that it answers us", mailbox.Verdict{DMARC: "fail"}, func(s *scene) []string { return []string{s.ref()} }, mailbox.Joined},
	} {
		t.Run(row.rule, func(t *testing.T) {
			mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
				s := newScene(t, d)
				var fields []string
				if row.fields != nil {
					fields = row.fields(s)
				}
				m := s.take(s.from(carla, "Re: Printer [#1]", "Let me in.", fields...), func(o *mailbox.Origin) { o.Verdict = row.verdict })
				if m.Outcome != row.want {
					t.Errorf("got %s, want %s: %s", m.Outcome, row.want, m.Reason)
				}
				if tt, es := s.ticket(m); row.want == mailbox.Opened && (s.linksOf(tt) != "relates 1" || !strings.Contains(es[1].Body.Text, "does not vouch")) {
					t.Errorf("got the links %q and %d entries, want a link to 1 and a note that says why", s.linksOf(tt), len(es))
				}
			})
		})
	}
}

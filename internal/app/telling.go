package app

import (
	"muster/internal/mailbox/mark"
	"muster/internal/reach"
	"muster/internal/ticket"
	"muster/internal/webhook"
)

// telling has other programs told what happens.
func (h *house) telling() {
	where, _ := reach.Named(h.config.HookReach)
	client := reach.New(where, reach.Options{})
	seal := mark.New([]byte(h.config.Secret), h.config.URL)
	h.hooks = webhook.NewHooks(webhook.Hooks{DB: h.db, Bus: h.bus, URL: h.config.URL, Post: client.Post, May: client.Check, Seal: seal.Seal, Open: seal.Unseal})
	webhook.Follow[ticket.WasOpened](h.hooks)
	webhook.Follow[ticket.Changed](h.hooks)
	webhook.Follow[ticket.Moved](h.hooks)
	webhook.Follow[ticket.Wrote](h.hooks)
	webhook.Follow[ticket.Withdrew](h.hooks)
	webhook.Follow[ticket.Merged](h.hooks)
	webhook.Follow[ticket.Split](h.hooks)
	webhook.Follow[ticket.Linked](h.hooks)
	webhook.Follow[ticket.Shelved](h.hooks)
	webhook.Follow[ticket.Joined](h.hooks)
}

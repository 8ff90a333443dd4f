// Package tell serves the pages about who is told what: notices to the staff, surveys to customers, webhooks to other programs.
package tell

import (
	"maps"

	"muster/internal/notify"
	"muster/internal/survey"
	"muster/internal/ticket"
	"muster/internal/web/admin/sheet"
	"muster/internal/web/ui"
	"muster/internal/webhook"
)

// Screens are the pages.
type Screens struct {
	sheet.Pages
	Desk  *ticket.Desk
	Asker *survey.Asker
	Hooks *webhook.Hooks
	Bell  *notify.Bell
}

// Routes are the pages, for who has signed in.
func (s *Screens) Routes() map[string]ui.Handler {
	all := s.noticeRoutes()
	maps.Copy(all, s.surveyRoutes())
	maps.Copy(all, s.hookRoutes())
	return all
}

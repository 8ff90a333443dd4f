// Package tell offers who is told what to other programs: surveys to customers, webhooks to programs, notices to the staff.
package tell

import (
	"github.com/danielgtaylor/huma/v2"

	"muster/internal/api/rest"
	"muster/internal/db"
	"muster/internal/survey"
	"muster/internal/webhook"
)

// API is what the endpoints about who is told what work with.
type API struct {
	DB    *db.DB
	Asker *survey.Asker
	Hooks *webhook.Hooks
}

// Routes adds the endpoints.
func (a *API) Routes(h huma.API) {
	huma.Register(h, rest.Op("GET", "/surveys", "surveys", "Satisfaction", "List surveys, in the order in which they are asked whether they fit a ticket", 200), a.surveys)
	huma.Register(h, rest.Op("POST", "/surveys", "addSurvey", "Satisfaction", "Add a survey", 201), a.addSurvey)
	huma.Register(h, rest.Op("GET", "/surveys/{id}", "survey", "Satisfaction", "Read a survey", 200), a.survey)
	huma.Register(h, rest.Op("PATCH", "/surveys/{id}", "changeSurvey", "Satisfaction", "Change a survey, switch it off, or have it asked at another place", 200), a.changeSurvey)
	huma.Register(h, rest.Op("GET", "/survey-answers", "surveyAnswers", "Satisfaction", "List answers, the newest first", 200), a.surveyAnswers)
	huma.Register(h, rest.Op("GET", "/webhooks", "webhooks", "Webhooks", "List webhooks", 200), a.webhooks)
	huma.Register(h, rest.Op("POST", "/webhooks", "addWebhook", "Webhooks", "Add a webhook; its secret is in the answer, this once", 201), a.addWebhook)
	huma.Register(h, rest.Op("GET", "/webhooks/{id}", "webhook", "Webhooks", "Read a webhook", 200), a.webhook)
	huma.Register(h, rest.Op("PATCH", "/webhooks/{id}", "changeWebhook", "Webhooks", "Change a webhook, or switch it off", 200), a.changeWebhook)
	huma.Register(h, rest.Op("DELETE", "/webhooks/{id}", "removeWebhook", "Webhooks", "Remove a webhook with its log", 204), a.removeWebhook)
	huma.Register(h, rest.Op("POST", "/webhooks/{id}/rotate", "rotateWebhook", "Webhooks", "Give a webhook another secret; for a day both sign", 200), a.rotateWebhook)
	huma.Register(h, rest.Op("POST", "/webhooks/{id}/test", "testWebhook", "Webhooks", "Send a test", 202), a.testWebhook)
	huma.Register(h, rest.Op("POST", "/webhooks/{id}/replay", "replayWebhook", "Webhooks", "Send all messages again since an instant", 202), a.replayWebhook)
	huma.Register(h, rest.Op("GET", "/webhooks/{id}/deliveries", "deliveries", "Webhooks", "List messages to a webhook, the newest first", 200), a.hookDeliveries)
	huma.Register(h, rest.Op("GET", "/webhooks/{id}/deliveries/{delivery}", "delivery", "Webhooks", "Read a message, with each try to send it", 200), a.hookDelivery)
	huma.Register(h, rest.Op("POST", "/webhooks/{id}/deliveries/{delivery}/replay", "replayDelivery", "Webhooks", "Send a message again", 202), a.replayDelivery)
	huma.Register(h, rest.Op("GET", "/notifications", "notifications", "Notices", "List what became of notices to people, the newest first", 200), a.notifications)
	huma.Register(h, rest.Op("GET", "/notifications/summary", "notificationSummary", "Notices", "Count what became of notices", 200), a.notificationSummary)
	huma.Register(h, rest.Op("GET", "/users/{id}/notifications", "noticeRules", "Notices", "Read what an agent is told, by which ways and when", 200), a.noticeRules)
	huma.Register(h, rest.Op("PATCH", "/users/{id}/notifications", "changeNoticeRules", "Notices", "Change what an agent is told, by which ways and when", 200), a.changeNoticeRules)
}

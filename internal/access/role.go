package access

// Role is a named set of rights. The roles here are those a workspace starts with.
type Role struct {
	ID     string // as on the command line: "customer-support"
	Name   string // as people read it
	Rights []Right
	Reach  Reach
}

// Reach says which tickets a role sees before organisations and kinds narrow it.
type Reach string

const (
	Everything Reach = "all"
	OwnTeams   Reach = "teams" // of the agent's own teams, and those assigned to the agent
)

// Admin is the role with every right.
const Admin = "admin"

// Roles returns the roles that a new workspace has: admin, and the eight of the trade.
func Roles() []Role {
	agent := []Right{TicketsRead, TicketsWrite, TicketsReply, PeopleRead, PeopleWrite, CatalogueRead, MailRead}
	lead := append(agent[:len(agent):len(agent)], TicketsRemove, MailManage)
	return []Role{
		{Admin, "Administrator", All(), Everything},
		{"customer-support", "Customer support", append(agent[:len(agent):len(agent)], TicketsRemove), Everything},
		{"application-support", "Application support", append(agent[:len(agent):len(agent)], CatalogueEdit), Everything},
		{"product-support", "Product support", agent, Everything},
		{"production-support", "Production support", append(agent[:len(agent):len(agent)], CatalogueEdit), Everything},
		{"support-management", "Support management", append(lead[:len(lead):len(lead)], CatalogueEdit, InboxManage, StaffManage, JobsManage, PromisesEdit, RulesEdit, FiguresRead), Everything},
		{"service-management", "Service management", append(lead[:len(lead):len(lead)], CatalogueEdit, PromisesEdit, FiguresRead), Everything},
		{"product-operations", "Product operations", []Right{TicketsRead, TicketsWrite, PeopleRead, CatalogueRead, CatalogueEdit, FiguresRead}, Everything},
		{"technical-operations", "Technical operations", append(agent[:len(agent):len(agent)], CatalogueEdit, JobsManage, RulesEdit, HooksManage), Everything},
	}
}

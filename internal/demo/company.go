package demo

import "muster/internal/catalogue"

// The company makes software for small firms: a ledger, its synchronisation with
// warehouses, a scanner app and a customer portal. All names are invented.
var teams = []string{"First line", "Application", "Product"}

const (
	firstLine = iota
	application
	product
)

var staff = []struct {
	name, role string
	team       int
}{
	{"Tariq Belhaven", "admin", firstLine},
	{"Saoirse Dunmall", "customer-support", firstLine},
	{"Lena Ostrovik", "customer-support", firstLine},
	{"Mateo Quennell", "customer-support", firstLine},
	{"Ingrid Falkenau", "application-support", application},
	{"Oduya Brandt", "application-support", application},
	{"Priya Lanthorn", "production-support", application},
	{"Casper Wyndrift", "technical-operations", application},
	{"Noor Adeyemi-Holt", "product-support", product},
	{"Jonas Ferrowby", "product-operations", product},
	{"Beatriz Almansa", "support-management", firstLine},
	{"Rufus Teldridge", "service-management", product},
}

var products = []struct {
	kind        catalogue.Kind
	name, about string
}{
	{catalogue.Product, "Ledger", "Bookkeeping, from bookings to the closing of a period"},
	{catalogue.Product, "Sync", "Keeps stock and orders alike in all warehouses"},
	{catalogue.Application, "Scanner app", "Handhelds in the warehouse"},
	{catalogue.Application, "Customer portal", "Where customers of our customers see their orders"},
	{catalogue.Service, "Hand-over export", "Files for other systems, every hour"},
	{catalogue.Service, "Sign-in", "One account for all products"},
	{catalogue.Infrastructure, "Print service", "Delivery notes and labels"},
	{catalogue.Service, "Training and advice", "People who come and explain"},
}

const (
	ledger = iota
	syncing
	scanner
	portal
	export
	signIn
	printing
	advice
)

var organisations = []string{
	"Fennoway Clinics", "Nordhalm Freight", "Vantry Tool Hire", "Ostrella Bakeries", "Marrowby Schools", "Sundrop Greenhouses", "Kestrel Bicycles",
	"Alder and Finch", "Brackwater Brewery", "Calloway Optics", "Dunmore Timber", "Eastvale Pharmacies", "Farrow Linen", "Glasswing Studios",
	"Hollin Furniture", "Ivory Lane Dental", "Juniper Foods", "Kelham Marine", "Larkspur Hotels", "Millrace Coffee", "Netherby Glass",
	"Oakhurst Stables", "Pemberley Print", "Quarrystone Building", "Rosemount Gardens", "Saltmarsh Fisheries", "Thornbury Cycles", "Upland Dairy",
	"Verity Instruments", "Westerly Couriers", "Yarrow Textiles", "Zephyr Sailing", "Ashgrove Vets", "Birchfield Toys", "Copperline Electric",
	"Dovetail Joinery", "Ember and Ash", "Foxglove Nurseries", "Greystone Archives", "Harrowgate Tea",
}

var firstNames = []string{"Maren", "Ilka", "Dov", "Petra", "Hamid", "Greta", "Osric", "Yusuf", "Amelie", "Tomas", "Ruta", "Kofi", "Sanne", "Bruno", "Leila",
	"Viktor", "Nadia", "Emil", "Farah", "Henrik", "Zoe", "Rafael", "Mina", "Anders", "Chiara", "Pavel", "Ines", "Oskar", "Lucia", "Samir"}

var lastNames = []string{"Oduya", "Brandvold", "Lindqvarn", "Sunnavik", "Corvane", "Almsund", "Vale", "Demirel", "Rousselet", "Novacek", "Petrauske", "Asante",
	"Dijkhuis", "Ferrante", "Haddad", "Sorokin", "Benali", "Lindholm", "Rahimi", "Aalto", "Marchetti", "Cordeiro", "Weidner", "Skovgaard", "Kowalczyk"}

var sites = []string{"Hessel", "the north site", "our second warehouse", "Marwick", "the head office", "Lund", "the new hall", "Tarrin Street"}

var weekdays = []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "last week", "yesterday", "this morning"}

// host is where the company's mail comes to.
const host = "quillmere.example"

// inboxes are the addresses that mail comes to. The first of a team is the one that its customers know.
var inboxes = []struct {
	address, name string
	team          int
	kind, ack     string
}{
	{"support@" + host, "Quillmere Support", firstLine, "", ""},
	{"application@" + host, "Quillmere Application Support", application, "", ""},
	{"product@" + host, "Quillmere Product Team", product, "", ""},
	{"complaints@" + host, "Quillmere Complaints", firstLine, "complaint",
		"Hello {{requester.name}},\n\nyour complaint has reached us as #{{ticket.number}}. A person answers it within two working days.\n\nQuillmere"},
}

// complaints is the place of their inbox among the inboxes.
const complaints = 3

// blocked is whose mail no inbox takes.
var blocked = []string{"bulk-offers.example", "rank-first.example"}

// Package people knows who works here: the agents with their teams and roles, and the programs that act with a token.
package people

// most bounds the lists that a page shows whole: users, teams, roles, tokens.
const most = 1000

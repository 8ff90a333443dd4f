package mailbox

// What tests call, which is otherwise called by the bus alone.
var Sweep = (*Office).sweep

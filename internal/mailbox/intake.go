package mailbox

import "context"

const (
	intakeTask  = "mailbox.intake"
	intakeTries = 12
)

type intakeArgs struct {
	ID string `json:"id"`
}

// intake decides what becomes of a message.
func (o *Office) intake(ctx context.Context, a intakeArgs) error {
	return nil
}

package imap

import (
	"context"
	"fmt"
	"time"
)

// Step is one thing that was tried, for the page that shows whether an inbox works.
type Step struct {
	Name   string
	OK     bool
	Detail string
}

// trial is how long who tests an inbox waits: a server that says nothing is not what was meant.
const trial = 20 * time.Second

// Test tries an inbox out, and changes nothing on its server: it looks the
// name up, connects, encrypts, signs in, opens each folder and counts what is
// there. It ends with the first step that does not succeed.
func Test(ctx context.Context, c Config, settings Settings) []Step {
	ctx, cancel := context.WithTimeout(ctx, trial)
	defer cancel()
	settings = settings.orDefault()
	settings.After = Leave
	s := newSession(c.orDefault(), settings)
	defer s.close()
	stages := s.stages()
	for _, folder := range settings.Folders {
		stages = append(stages, stage{"Folder " + folder, NoFolder, func(context.Context) (string, error) {
			looks, err := s.choose(folder)
			if err != nil {
				return "", err
			}
			return fmt.Sprintf("%d messages", looks.NumMessages), nil
		}})
	}
	stages = append(stages, stage{"New mail", "", func(context.Context) (string, error) {
		if s.canIdle() {
			return "the server tells of it at once (IDLE)", nil
		}
		return fmt.Sprintf("the server does not tell of it, so we look every %v", s.c.Every), nil
	}})
	var steps []Step
	for _, stage := range stages {
		detail, err := stage.do(ctx)
		if err != nil {
			return append(steps, Step{stage.name, false, err.Error()})
		}
		steps = append(steps, Step{stage.name, true, detail})
	}
	return steps
}

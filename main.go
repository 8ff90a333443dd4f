// Muster is the operations desk on which eight support roles share one record.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"muster/internal/app"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(app.Run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// served is a running muster.
type served struct {
	process *exec.Cmd
	url     string
	smtp    string
	ready   time.Duration
	token   string
	client  *http.Client // with a session
	api     *http.Client
	sink    *sink
	size    int // tickets there were when it was served
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// serve starts the program and waits until it is ready.
func (s setup) serve(ctx context.Context, address string) (*served, error) {
	web, err1 := freePort()
	smtp, err2 := freePort()
	mail, err3 := newSink()
	if err := errors.Join(err1, err2, err3); err != nil {
		return nil, err
	}
	d := &served{url: "http://" + web, smtp: smtp, sink: mail, size: s.size}
	env := append(os.Environ(), "MUSTER_DB="+address, "MUSTER_DATA="+s.folder, "MUSTER_LISTEN="+web, "MUSTER_SMTP_LISTEN="+smtp, "MUSTER_INBOX=support@bench.example",
		"MUSTER_SMARTHOST=smtp://"+mail.address+"?tls=none", "MUSTER_URL=")
	create := exec.CommandContext(ctx, s.binary, "token", "create", "--name", "bench", "--role", "admin", "--json")
	create.Env, create.Stderr = env, os.Stderr
	out, err := create.Output()
	if err != nil {
		return nil, fmt.Errorf("make a token: %w", err)
	}
	var made struct{ Token string }
	if err := json.Unmarshal(out, &made); err != nil {
		return nil, err
	}
	d.token = made.Token
	d.process = exec.CommandContext(ctx, s.binary, "serve")
	d.process.Env, d.process.Stderr = env, os.Stderr
	began := time.Now()
	if err := d.process.Start(); err != nil {
		return nil, err
	}
	d.api = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16}}
	for {
		r, err := d.api.Get(d.url + "/readyz")
		if err == nil {
			r.Body.Close()
			if r.StatusCode == 200 {
				break
			}
		}
		if time.Since(began) > 30*time.Second {
			return nil, errors.New("the desk does not become ready")
		}
		time.Sleep(2 * time.Millisecond)
	}
	d.ready = time.Since(began)
	time.Sleep(time.Second) // memory at rest
	return d, nil
}

func (d *served) stop() {
	d.process.Process.Signal(syscall.SIGTERM)
	d.process.Wait()
	d.sink.close()
}

// memory is what the program holds, in MB.
func (d *served) memory() float64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", d.process.Process.Pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if f := strings.Fields(line); len(f) > 1 && f[0] == "VmRSS:" {
			kb, _ := strconv.ParseFloat(f[1], 64)
			return kb / 1024
		}
	}
	return 0
}

func (d *served) signIn() error {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	d.client = &http.Client{Jar: jar}
	r, err := d.client.PostForm(d.url+"/sign-in", url.Values{"email": {benchEmail}, "password": {benchPassword}})
	if err != nil {
		return err
	}
	defer r.Body.Close()
	if r.StatusCode != 200 || r.Request.URL.Path == "/sign-in" {
		return fmt.Errorf("sign in: %s", r.Status)
	}
	return nil
}

// times asks for a page again and again, and returns what each took, in milliseconds.
func (d *served) times(n int, path string) ([]float64, error) {
	return timed(n, func() error { return fetch(d.client, http.MethodGet, d.url+path, "", nil) })
}

func (d *served) apiTimes(n int, path string) ([]float64, error) {
	return timed(n, func() error { return fetch(d.api, http.MethodGet, d.url+path, d.token, nil) })
}

func timed(n int, do func() error) ([]float64, error) {
	for range 5 { // not the first ones: they fill the caches
		if err := do(); err != nil {
			return nil, err
		}
	}
	var times []float64
	for range n {
		began := time.Now()
		if err := do(); err != nil {
			return nil, err
		}
		times = append(times, float64(time.Since(began).Microseconds())/1000)
	}
	return times, nil
}

func fetch(c *http.Client, method, address, token string, body []byte) error {
	r, err := http.NewRequest(method, address, bytes.NewReader(body))
	if err != nil {
		return err
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
		r.Header.Set("Content-Type", "application/json")
	}
	answer, err := c.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	said, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if answer.StatusCode >= 300 {
		return fmt.Errorf("%s %s: %s %.300s", method, address, answer.Status, said)
	}
	return nil
}

package trust

import (
	"strings"
	"testing"
)

func TestFromAuthResults(t *testing.T) {
	none := Verdict{SPF: None, DKIM: None, DMARC: None, ARC: None}
	for _, row := range []struct {
		rule   string
		values []string
		host   string
		want   Verdict
	}{
		{"as Google writes them", []string{"mx.example.com;\r\n       dkim=pass header.i=@out.example header.s=s1 header.b=AbC+/=;\r\n       arc=pass (i=1 spf=pass dmarc=pass);\r\n       spf=pass (mx.example.com: domain of ann@out.example designates 192.0.2.1 as permitted sender) smtp.mailfrom=ann@out.example;\r\n       dmarc=fail (p=REJECT sp=NONE dis=NONE) header.from=out.example"},
			"mx.example.com", Verdict{SPF: Pass, DKIM: Pass, DMARC: Fail, ARC: Pass, Policy: Reject}},
		{"as Microsoft writes them, without a host", []string{"spf=fail (sender IP is 192.0.2.1)\r\n smtp.mailfrom=out.example; dkim=none (message not signed)\r\n header.d=none;dmarc=fail action=oreject\r\n header.from=out.example;compauth=fail reason=000"},
			Unnamed, Verdict{SPF: Fail, DKIM: None, DMARC: Fail, ARC: None, Policy: Reject}},
		{"a quarantine as Microsoft asks for it", []string{"spf=fail smtp.mailfrom=a; dmarc=fail action=quarantine header.from=b"}, Unnamed, Verdict{SPF: Fail, DKIM: None, DMARC: Fail, ARC: None, Policy: Quarantine}},
		{"as milters write them, a field each", []string{"mx.example.com; dmarc=pass (p=none dis=none) header.from=out.example", "mx.example.com; spf=softfail smtp.helo=a", "mx.example.com/1; nonsense", "mx.example.com; dkim=neutral reason=\"bad (key; here\" header.d=out.example"},
			"MX.Example.com.", Verdict{SPF: SoftFail, DKIM: Neutral, DMARC: Pass, ARC: None, Policy: Deliver}},
		{"policy as a property", []string{"mx 1; dmarc=fail policy.published-domain-policy=quarantine header.from=x"}, "mx", Verdict{SPF: None, DKIM: None, DMARC: Fail, ARC: None, Policy: Quarantine}},
		{"of several signatures one that is right is enough", []string{"mx; dkim=fail header.d=a; dkim=pass header.d=b; dkim=neutral header.d=c"}, "mx", Verdict{SPF: None, DKIM: Pass, DMARC: None, ARC: None}},
		{"of other checks the first counts", []string{"mx; spf=fail smtp.mailfrom=a; spf=pass smtp.helo=b"}, "mx", Verdict{SPF: Fail, DKIM: None, DMARC: None, ARC: None}},
		{"another host's word does not count", []string{"evil.example; spf=pass; dkim=pass; dmarc=pass"}, "mx", none},
		{"nor one whose name begins alike", []string{"mx.evil.example; dmarc=pass"}, "mx", none},
		{"nor a nameless one, where a name is trusted", []string{"dmarc=pass header.from=x"}, "mx", none},
		{"nor a named one, where no name is", []string{"evil; dmarc=pass"}, Unnamed, none},
		{"nor a name in a comment", []string{"(mx) evil; dmarc=pass", "evil (mx); dmarc=pass", "\"evil; mx\"; dmarc=pass"}, "mx", none},
		{"nobody is trusted if nobody is named", []string{"; dmarc=pass", "mx; dmarc=pass", ""}, "", none},
		{"the topmost counts, for it was added last", []string{"mx; dmarc=fail (p=reject)", "mx; dmarc=pass (p=none)"}, "mx", Verdict{SPF: None, DKIM: None, DMARC: Fail, ARC: None, Policy: Reject}},
		{"also if it found nothing", []string{"mx; dkim=none", "mx; dkim=pass header.d=x"}, "mx", none},
		{"a result in a comment is none", []string{"mx; (dmarc=pass) dkim=fail (dkim=pass (nested \\) ) header.d=x)"}, "mx", Verdict{SPF: None, DKIM: Fail, DMARC: None, ARC: None}},
		{"a bracket in a comment may be escaped", []string{"mx; (a \\) dmarc=pass) dkim=fail"}, "mx", Verdict{SPF: None, DKIM: Fail, DMARC: None, ARC: None}},
		{"a result in quotes is none", []string{"mx; x-check=\"; dmarc=pass; \""}, "mx", none},
		{"a property is no result", []string{"mx; x=pass dmarc=pass"}, "mx", none},
		{"versions and blanks", []string{"mx 1; SPF / 1 = PASS; dkim/1 = Pass (ok) header . d = x"}, "mx", Verdict{SPF: None, DKIM: Pass, DMARC: None, ARC: None}},
		{"hardfail is an old word for fail", []string{"mx; spf=hardfail"}, "mx", Verdict{SPF: Fail, DKIM: None, DMARC: None, ARC: None}},
		{"words nobody knows say nothing", []string{"mx; dmarc=bestguesspass action=none; spf=policy"}, "mx", Verdict{SPF: None, DKIM: None, DMARC: None, ARC: None, Policy: Deliver}},
		{"none at all", []string{"mx; none"}, "mx", none},
		{"what breaks off", []string{"mx; dkim=", "mx; spf=pass (", "mx; dmarc=\"pas", "mx; ="}, "mx", Verdict{SPF: Pass, DKIM: None, DMARC: None, ARC: None}},
	} {
		t.Run(row.rule, func(t *testing.T) {
			got := FromAuthResults(row.values, row.host)
			detail := got.Detail
			got.Detail = ""
			if got != row.want {
				t.Errorf("got %+v, want %+v\n%s", got, row.want, detail)
			}
			if detail == "" {
				t.Error("got no detail")
			}
		})
	}
}

func TestDetailOfResults(t *testing.T) {
	got := FromAuthResults([]string{"mx; dkim=pass header.d=out.example; dmarc=fail (p=reject)"}, "mx").Detail
	if want := "DKIM pass: for out.example.\nDMARC fail."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	got = FromAuthResults(nil, "mx").Detail
	if want := `Nothing is known of the sender: the message carries no results of "mx".`; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func FuzzFromAuthResults(f *testing.F) {
	for _, seed := range []string{"mx; dkim=pass header.d=a", "mx 1; spf=fail (x (y) \\) ) smtp.mailfrom=\"a b\"@c; dmarc=fail (p=reject)", "evil; dmarc=pass", "\"", "(", "mx;;;=", "spf=pass; dmarc=pass action=oreject"} {
		f.Add(seed, "mx")
	}
	known := []Result{None, Pass, Fail, SoftFail, Neutral, TempError, PermError}
	f.Fuzz(func(t *testing.T, value, host string) {
		v := FromAuthResults([]string{value}, host)
		for _, r := range []Result{v.SPF, v.DKIM, v.DMARC, v.ARC} {
			if !strings.Contains(" "+join(known)+" ", " "+string(r)+" ") {
				t.Errorf("got the result %q", r)
			}
		}
		if other := FromAuthResults([]string{value}, "trusted.invalid"); !strings.Contains(strings.ToLower(value), "trusted.invalid") && (other.SPF != None || other.DKIM != None || other.DMARC != None || other.ARC != None) {
			t.Errorf("got %+v though the trusted host is not named", other)
		}
		twice := FromAuthResults([]string{value, value}, host)
		if twice.SPF != v.SPF || twice.DKIM != v.DKIM || twice.DMARC != v.DMARC || twice.ARC != v.ARC {
			t.Errorf("the same field below changed %+v to %+v", v, twice)
		}
	})
}

func join(all []Result) string {
	var b strings.Builder
	for _, r := range all {
		b.WriteString(string(r) + " ")
	}
	return b.String()
}

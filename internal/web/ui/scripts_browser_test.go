package ui_test

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"muster/internal/mustertest"
)

// press presses single keys, as a reader does who is not typing.
func press(t *testing.T, ctx context.Context, keys string) {
	t.Helper()
	do(t, ctx, mustertest.Keys(keys))
}

// write types into an editor that has been emptied.
func write(t *testing.T, ctx context.Context, editor, text string) {
	t.Helper()
	ask[any](t, ctx, `document.querySelector("`+editor+` muster-editor").value = ""`)
	do(t, ctx, chromedp.Click(editor+" .prose"), mustertest.Keys(text))
}

func markdown(t *testing.T, ctx context.Context, editor string) string {
	t.Helper()
	return ask[string](t, ctx, `document.querySelector("`+editor+` textarea").value`)
}

func TestEditor(t *testing.T) {
	s := serve(t)
	ctx := mustertest.Browser(t)
	visit(t, ctx, s)
	if got := markdown(t, ctx, "#composer"); !strings.Contains(got, "**11:00 run**") || !strings.Contains(got, "\n- ") && !strings.Contains(got, "\n* ") {
		t.Errorf("what the page came with reads %q, want it unchanged in meaning", got)
	}
	for _, row := range []struct{ rule, typed, want string }{
		{"two stars make it strong", "a **bold** word", "a **bold** word"},
		{"a line under makes it stressed", "an _odd_ word", "an *odd* word"},
		{"one star does too", "an *odd* word", "an *odd* word"},
		{"backticks make it code", "run `make` now", "run `make` now"},
		{"names with lines in them stay", "the snake_case_name here", "the snake_case_name here"},
		{"a hash makes a heading", "# Title", "# Title"},
		{"a dash makes a list", "- one\rtwo", "* one\n* two"},
		{"a number makes a numbered list", "1. one\rtwo", "1. one\n2. two"},
		{"brackets and an address make a link", "see [the notes](https://quillmere.example/a?b=1) now", "see [the notes](https://quillmere.example/a?b=1) now"},
		{"brackets alone stay", "as said [1] (page 2) here", `as said \[1\] (page 2) here`},
		{"an angle makes a quotation", "> said", "> said"},
		{"three backticks make a block", "```x := 1", "```\nx := 1\n```"},
	} {
		write(t, ctx, "#composer", row.typed)
		if got := markdown(t, ctx, "#composer"); got != row.want {
			t.Errorf("%s: typed %q, got %q, want %q", row.rule, row.typed, got, row.want)
		}
	}
}

func TestEditorTools(t *testing.T) {
	s := serve(t)
	ctx := mustertest.Browser(t)
	visit(t, ctx, s)
	write(t, ctx, "#composer", "word")
	do(t, ctx, mustertest.Keys("a", chromedp.ModifierCtrl), chromedp.Click("#composer [data-do=bold]"))
	if got := markdown(t, ctx, "#composer"); got != "**word**" {
		t.Errorf("the button Bold made %q, want %q", got, "**word**")
	}
	if got := ask[string](t, ctx, `document.querySelector("#composer [data-do=bold]").ariaPressed`); got != "true" {
		t.Errorf("the button Bold is pressed: %s, want true within strong words", got)
	}
	do(t, ctx, mustertest.Keys("z", chromedp.ModifierCtrl))
	if got := markdown(t, ctx, "#composer"); got != "word" {
		t.Errorf("after undo it reads %q, want %q", got, "word")
	}
}

// paste gives the editor something from a clipboard, which a test of the real one would share with
// all others on the machine.
const paste = `(editor, fill) => {
	const data = new DataTransfer();
	fill(data);
	document.querySelector(editor + " .prose").dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}`

func TestPaste(t *testing.T) {
	s := serve(t)
	ctx := mustertest.Browser(t)
	visit(t, ctx, s)
	for _, row := range []struct{ rule, fill, want string }{
		{"a picture is uploaded and shown", `d => d.items.add(new File([new Uint8Array(300)], "folder.png", {type: "image/png"}))`, "![folder.png](attachment:a1)"},
		{"another file becomes its name", `d => d.items.add(new File(["a;b"], "run.csv", {type: "text/csv"}))`, "[run.csv](attachment:a2)"},
		{"rich text becomes Markdown", `d => d.setData("text/html", "<h2>Hi</h2><p>a <b style='color:red'>b</b> <a href='https://a.example'>c</a></p><script>alert(1)</script>")`, "## Hi\n\na **b** [c](https://a.example)"},
		{"a stranger's picture is left out", `d => d.setData("text/html", "<p>x<img src='https://a.example/spy.gif'></p>")`, "x"},
	} {
		write(t, ctx, "#composer", "")
		ask[any](t, ctx, "("+paste+")('#composer', "+row.fill+")")
		await(t, ctx, `document.querySelector("#composer textarea").value !== "" && !document.querySelector(".prose [aria-busy]")`)
		if got := markdown(t, ctx, "#composer"); got != row.want {
			t.Errorf("%s: got %q, want %q", row.rule, got, row.want)
		}
	}
	write(t, ctx, "#composer", "kept")
	ask[any](t, ctx, "("+paste+`)('#composer', d => d.items.add(new File(["MZ"], "run.exe")))`)
	do(t, ctx, chromedp.WaitVisible("#toasts [role=alert]"))
	if got := ask[string](t, ctx, `document.querySelector("#toasts p").textContent + " / " + document.querySelector("#composer textarea").value`); got != "run.exe was not attached. Programs are not taken. / kept" {
		t.Errorf("a refused file gave %q, want why, and what was written", got)
	}
	if len(s.files) != 2 {
		t.Errorf("%d files were uploaded, want 2: %q", len(s.files), s.files)
	}
}

func TestMention(t *testing.T) {
	s := serve(t)
	ctx := mustertest.Browser(t)
	visit(t, ctx, s)
	write(t, ctx, "#composer", "ask @sao")
	if ask[bool](t, ctx, `!!document.querySelector("#at-list button")`) {
		t.Error("people are offered in a reply, want them in notes only")
	}
	do(t, ctx, chromedp.Click("#composer .modes label:nth-child(2)"))
	write(t, ctx, "#composer", "ask @sao")
	do(t, ctx, chromedp.WaitVisible("#at-list [role=option]"), mustertest.Keys("\r"))
	if got, want := markdown(t, ctx, "#composer"), "ask [@Saoirse Dunmall](mention:u1)"; strings.TrimSpace(got) != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestDraft(t *testing.T) {
	s := serve(t)
	ctx := mustertest.Browser(t)
	visit(t, ctx, s)
	write(t, ctx, "#composer", "half a thought")
	// The page of every part comes with a text of its own, which a draft does not replace.
	ask[any](t, ctx, `document.querySelector("#note muster-editor").dataset.draft = "parts"; const n = document.querySelector("#note muster-editor"), p = n.parentNode; n.remove(); p.prepend(n)`)
	if got := markdown(t, ctx, "#note"); got != "half a thought" {
		t.Errorf("the draft reads %q, want what was being written", got)
	}
	do(t, ctx, chromedp.Click("#note .prose"), mustertest.Keys("\r", chromedp.ModifierCtrl))
	do(t, ctx, chromedp.WaitVisible("#kept"))
	visit(t, ctx, s)
	if got := ask[int](t, ctx, `Object.keys(localStorage).filter(k => k.startsWith("draft:")).length`); got != 0 {
		t.Errorf("%d drafts are kept after sending, want none", got)
	}
}

func TestKeys(t *testing.T) {
	s := serve(t)
	ctx := mustertest.Browser(t)
	visit(t, ctx, s)
	current := `document.querySelector(".list .row[aria-current]")?.dataset.id ?? ""`
	press(t, ctx, "j")
	if got := ask[string](t, ctx, current); got != "4751" {
		t.Errorf("j moved to %q, want 4751, the row below the current one", got)
	}
	press(t, ctx, "kk")
	if got := ask[string](t, ctx, current); got != "4812" {
		t.Errorf("k moved to %q, want 4812", got)
	}
	press(t, ctx, "x")
	if got := ask[string](t, ctx, `document.querySelector("[data-count-selected]").textContent`); got != "1" {
		t.Errorf("x selected %s rows, want 1", got)
	}
	if !ask[bool](t, ctx, `document.querySelector(".bulk").checkVisibility()`) {
		t.Error("what can be done with selected rows is not in sight")
	}
	selected := `[...document.querySelectorAll(".row .pick :checked")].length + " " + document.querySelector("[data-count-selected]").textContent`
	do(t, ctx, mustertest.Keys("jj"), mustertest.Keys("X", chromedp.ModifierShift))
	if got := ask[string](t, ctx, selected); got != "3 3" {
		t.Errorf("Shift and x two rows below left %q selected, want all three", got)
	}
	press(t, ctx, kb.Escape)
	if got := ask[int](t, ctx, `document.querySelectorAll(".row .pick :checked").length`); got != 0 {
		t.Errorf("Escape left %d selected, want none", got)
	}
	press(t, ctx, "kkx")
	ask[any](t, ctx, `document.querySelectorAll(".row .pick input")[2].dispatchEvent(new MouseEvent("click", {bubbles: true, shiftKey: true}))`)
	if got := ask[string](t, ctx, selected); got != "3 3" {
		t.Errorf("a click with Shift left %q selected, want all between", got)
	}
	do(t, ctx, chromedp.Click("[data-select-all]"))
	if !ask[bool](t, ctx, `[...document.querySelectorAll(".row .pick input")].every((box) => box.checked || !box.checkVisibility())`) {
		t.Error("not all are selected that can be seen")
	}
	do(t, ctx, chromedp.Click(".bulk [type=reset]"))
	press(t, ctx, "o")
	if got := ask[string](t, ctx, "location.hash"); got != "#4812" {
		t.Errorf("o opened %q, want the current row", got)
	}
	press(t, ctx, "gm")
	if got := ask[string](t, ctx, "location.hash"); got != "#my" {
		t.Errorf("g m went to %q, want My work", got)
	}
	press(t, ctx, "n")
	if got := ask[string](t, ctx, `document.querySelector("#composer input:checked").value + " " + document.activeElement.classList.contains("prose")`); got != "note true" {
		t.Errorf("n gave %q, want the composer as a note with the cursor in it", got)
	}
	press(t, ctx, "jx?")
	if ask[bool](t, ctx, `document.querySelector("#keys").open`) || !strings.Contains(markdown(t, ctx, "#composer"), "jx?") {
		t.Error("keys that are typed into the composer act on the page, want them written")
	}
	press(t, ctx, kb.Escape+"/")
	if got := ask[string](t, ctx, "document.activeElement.type"); got != "search" {
		t.Errorf("/ went to %q, want the search field", got)
	}
}

// A dialog that asks for something has the cursor where it is written: not on what closes it, where a blank would.
func TestDialogBeginsWithItsField(t *testing.T) {
	s := serve(t)
	ctx := mustertest.Browser(t)
	visit(t, ctx, s)
	ask[any](t, ctx, `document.querySelector("button[data-dialog=stop]").click()`)
	press(t, ctx, "a word")
	if got := ask[string](t, ctx, `document.activeElement.name + ": " + document.activeElement.value`); got != "reason2: a word" {
		t.Errorf("typing into a dialog that opened gave %q, want it in its field", got)
	}
}

func TestHelp(t *testing.T) {
	s := serve(t)
	ctx := mustertest.Browser(t)
	visit(t, ctx, s)
	press(t, ctx, "?")
	do(t, ctx, chromedp.WaitVisible("#keys [data-keys-setting]"))
	for _, v := range violations(t, ctx) {
		t.Error(v)
	}
	if got := ask[string](t, ctx, `document.querySelector("[data-page-keys]").textContent`); !strings.Contains(got, "Reply to Maren") {
		t.Errorf("the help lists %q, want the page's own keys too", got)
	}
	mustertest.Screenshot(t, ctx, "keys")
	do(t, ctx, chromedp.Click("#keys [data-keys-setting]"))
	press(t, ctx, kb.Escape+"gm")
	if got := ask[string](t, ctx, "location.hash"); got != "" {
		t.Errorf("with single keys turned off, g m went to %q, want nowhere", got)
	}
}

func TestPalette(t *testing.T) {
	s := serve(t)
	ctx := mustertest.Browser(t)
	visit(t, ctx, s)
	open := mustertest.Keys("k", chromedp.ModifierCtrl)
	do(t, ctx, open, chromedp.WaitVisible("#palette [role=option]"), mustertest.Keys("re"))
	for _, v := range violations(t, ctx) {
		t.Error(v)
	}
	mustertest.Screenshot(t, ctx, "palette")
	if got := ask[string](t, ctx, `document.querySelector("#palette [aria-selected=true] .cut").textContent`); got != "Reply to Maren" {
		t.Errorf("re finds %q first, want the command that begins with it", got)
	}
	do(t, ctx, mustertest.Keys(kb.ArrowDown+"\r"))
	if got := ask[string](t, ctx, "location.hash"); got != "#reports" {
		t.Errorf("the second find led to %q, want Reports", got)
	}
	do(t, ctx, open, chromedp.WaitVisible("#palette [role=option]"), mustertest.Keys("zebra\r"))
	do(t, ctx, chromedp.WaitVisible("#zebra"))
}

func TestMenu(t *testing.T) {
	s := serve(t)
	ctx := mustertest.Browser(t)
	visit(t, ctx, s)
	do(t, ctx, chromedp.Click(`[popovertarget="menu-state"]`), chromedp.WaitVisible("#menu-state"))
	if got := ask[string](t, ctx, `document.activeElement.textContent.trim()`); got != "Open" {
		t.Errorf("the menu begins at %q, want the present choice", got)
	}
	do(t, ctx, mustertest.Keys(kb.ArrowDown))
	if got := ask[string](t, ctx, `document.activeElement.textContent.trim()`); got != "Waiting on customer" {
		t.Errorf("the arrow moved to %q, want the next item", got)
	}
	gap := ask[float64](t, ctx, `document.querySelector("#menu-state").getBoundingClientRect().top - document.querySelector('[popovertarget="menu-state"]').getBoundingClientRect().bottom`)
	if gap < 0 || gap > 12 {
		t.Errorf("the menu stands %v px below its button, want it right under it", gap)
	}
	mustertest.Screenshot(t, ctx, "menu")
	do(t, ctx, mustertest.Keys(kb.Escape), chromedp.WaitNotVisible("#menu-state"), chromedp.Click("[popovertarget=me]"), chromedp.WaitVisible("#me"))
	for _, v := range violations(t, ctx) {
		t.Error(v)
	}
	do(t, ctx, chromedp.Click(`[data-theme-set="dark"]`))
	if got := ask[string](t, ctx, `document.documentElement.dataset.theme + " " + document.cookie`); got != "dark theme=dark" {
		t.Errorf("choosing dark gave %q, want it at once and in the cookie", got)
	}
}

package audit

import (
	"context"
	"encoding/hex"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestHash: a seal is what the documentation says, for ever, and says something of every field.
func TestHash(t *testing.T) {
	row := Row{District: "450105", ID: 7, At: time.UnixMicro(1_700_000_000_000_001), Account: "li", Via: "session", Address: "10.0.0.7", Action: PointCorrect, Object: "report/r1",
		Detail: `{"from":"450105001001001"}`}
	const want = "7719463e0194a68058dd91e36edd76b6bf1c347972d614700a1c4521c94c798d" // by Python's hashlib
	if got := row.Hash([32]byte{}); hex.EncodeToString(got[:]) != want {
		t.Errorf("%x, want %s", got, want)
	}
	changes := map[string]func(*Row){
		"district": func(r *Row) { r.District = "450106" },
		"id":       func(r *Row) { r.ID++ },
		"at":       func(r *Row) { r.At = r.At.Add(time.Microsecond) },
		"account":  func(r *Row) { r.Account = "" },
		"via":      func(r *Row) { r.Via = "key" },
		"address":  func(r *Row) { r.Address += "0" },
		"action":   func(r *Row) { r.Action = PointOverrule },
		"object":   func(r *Row) { r.Object, r.Detail = r.Object+r.Detail, "" }, // the same letters, parted elsewhere
		"detail":   func(r *Row) { r.Detail += " " },
	}
	for name, change := range changes {
		if other := row; true {
			if change(&other); other.Hash([32]byte{}) == row.Hash([32]byte{}) {
				t.Errorf("another %s has the same seal", name)
			}
		}
	}
	if row.Hash([32]byte{1}) == row.Hash([32]byte{}) {
		t.Error("the seal says nothing of the one before it")
	}
}

// TestHashOfTexts: no two rows have the same bytes.
func TestHashOfTexts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := texts(t, "a"), texts(t, "b")
		if (a == b) != (a.Hash([32]byte{}) == b.Hash([32]byte{})) {
			t.Fatalf("%+v and %+v", a, b)
		}
	})
}

func texts(t *rapid.T, label string) Row {
	s := rapid.StringMatching(`[ab]{0,3}`)
	return Row{District: "450105", Account: s.Draw(t, label), Via: s.Draw(t, label), Address: s.Draw(t, label), Action: Action(s.Draw(t, label)), Object: s.Draw(t, label), Detail: s.Draw(t, label)}
}

func TestAddress(t *testing.T) {
	if got := AddressOf(From(context.Background(), "::1")); got != "::1" {
		t.Error(got)
	}
	if got := AddressOf(context.Background()); got != "" {
		t.Error(got)
	}
}

func TestActions(t *testing.T) {
	for _, a := range Actions() {
		if name := a.Name(); name.Zh == "" || name.En == "" {
			t.Errorf("%s has no name", a)
		}
	}
	if got := Action("x").Name().En; got != "x" {
		t.Error(got)
	}
}

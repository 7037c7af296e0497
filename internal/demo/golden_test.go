package demo

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"testing"
)

// TestSameEverywhere holds districts to what they were when they were last looked at, on whatever machine. A change that is
// meant changes these lines, and the pictures in docs/images with them.
func TestSameEverywhere(t *testing.T) {
	for seed, want := range map[uint64]string{} {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			if got := fingerprint(t, district(t, seed)); got != want {
				t.Errorf("%s, want %s", got, want)
			}
		})
	}
}

// fingerprint is the SHA-256 of all of a district.
func fingerprint(t *testing.T, d *District) string {
	h := sha256.New()
	if err := json.NewEncoder(h).Encode(d); err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(h.Sum(nil))
}

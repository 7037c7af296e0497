package app

import (
	"io"
	"net"
	"testing"
)

// A client whose connection stands before the listener closes is served, even if nobody had accepted it; one that comes later is refused.
func TestListenerLosesNobody(t *testing.T) {
	ln, err := listenTCP("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	const clients = 20
	var calls [clients]net.Conn
	for i := range calls {
		if calls[i], err = net.Dial("tcp", ln.Addr().String()); err != nil {
			t.Fatal(err)
		}
		defer calls[i].Close()
	}
	if err := ln.Close(); err != nil {
		t.Fatal(err)
	}
	if c, err := net.Dial("tcp", ln.Addr().String()); err == nil {
		c.Close()
		t.Error("a client was let in after the end")
	}
	for range clients {
		served, err := ln.Accept()
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(served, "hello")
		served.Close()
	}
	for i, c := range calls {
		if got, err := io.ReadAll(c); err != nil || string(got) != "hello" {
			t.Errorf("client %d got %q, %v", i, got, err)
		}
	}
	if _, err := ln.Accept(); err == nil {
		t.Error("a closed listener lets people in")
	}
}

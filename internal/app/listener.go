package app

import (
	"errors"
	"net"
	"os"
	"sync"
	"syscall"
)

// listener is a TCP listener that loses nobody when it closes: the clients that the kernel has let in, and whom a plain close would
// reset, are handed out first.
type listener struct {
	*net.TCPListener
	mu      sync.Mutex
	waiting []net.Conn // let in by the kernel when the listener closed
}

func listenTCP(addr string) (*listener, error) {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	return &listener{TCPListener: ln.(*net.TCPListener)}, nil
}

// Accept gives the next client; after Close those who were waiting, then the error.
func (l *listener) Accept() (net.Conn, error) {
	conn, err := l.TCPListener.Accept()
	if err == nil {
		return conn, nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.waiting) == 0 {
		return nil, err
	}
	conn, l.waiting = l.waiting[0], l.waiting[1:]
	return conn, nil
}

// Close lets nobody in any more.
func (l *listener) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	raw, err := l.SyscallConn()
	if err == nil {
		err = raw.Control(func(fd uintptr) {
			l.waiting = append(l.waiting, accepted(int(fd))...)
			syscall.Shutdown(int(fd), syscall.SHUT_RD) // at once: closing may wait for Accept to return
		})
	}
	return errors.Join(err, l.TCPListener.Close())
}

// accepted takes everybody who waits at a listening socket.
func accepted(fd int) (conns []net.Conn) {
	for {
		client, _, err := syscall.Accept4(fd, syscall.SOCK_NONBLOCK|syscall.SOCK_CLOEXEC)
		switch {
		case errors.Is(err, syscall.EINTR), errors.Is(err, syscall.ECONNABORTED):
			continue
		case err != nil:
			return conns // EAGAIN: nobody is left
		}
		f := os.NewFile(uintptr(client), "client")
		if conn, err := net.FileConn(f); err == nil {
			conns = append(conns, conn)
		}
		f.Close() // FileConn has made a copy
	}
}

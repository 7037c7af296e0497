package testkit

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/pgserver"
	"github.com/zhuwang/zhuwang/internal/store"
	"github.com/zhuwang/zhuwang/sql"
)

// A test process has no hook at its end, and may be killed. So the shared cluster belongs to a process of its own, the
// keeper: the test binary again, told by a variable. Each test process holds a shared lock until it dies; when the keeper has had
// the lock for itself for `linger`, it stops the cluster and removes it.

const (
	keeperVariable = "ZHUWANG_TEST_KEEPER"
	linger         = 10 * time.Second
)

// home is where the shared cluster of this user lives.
func home() string { return filepath.Join("/tmp", "zhuwang-test-"+strconv.Itoa(os.Geteuid())) }

// cluster is what a test process knows of the shared cluster, and the lock that it holds until its end.
type cluster struct {
	url, template string
	inUse         *os.File
}

func init() {
	if os.Getenv(keeperVariable) != "" {
		keep()
		os.Exit(0)
	}
}

var attach = sync.OnceValues(func() (cluster, error) {
	inUse, err := flock(home()+".lock", syscall.LOCK_SH)
	if err != nil {
		return cluster{}, err
	}
	binary, err := os.Executable()
	if err != nil {
		return cluster{}, err
	}
	cmd := exec.Command(binary)
	cmd.Env = append(os.Environ(), keeperVariable+"=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return cluster{}, err
	}
	if err := cmd.Start(); err != nil {
		return cluster{}, err
	}
	defer cmd.Process.Release()
	defer out.Close()
	said, err := io.ReadAll(bufio.NewReader(out))
	if err != nil {
		return cluster{}, err
	}
	url, template, ok := strings.Cut(strings.TrimSpace(string(said)), " ")
	if !ok || !strings.HasPrefix(url, "postgres://") {
		return cluster{}, fmt.Errorf("%s", said)
	}
	return cluster{url, template, inUse}, nil
})

func shared(t testing.TB) cluster {
	t.Helper()
	c, err := attach()
	if err != nil {
		t.Fatalf("no PostgreSQL for the tests (Debian: apt-get install postgresql postgresql-postgis): %v", err)
	}
	return c
}

// keep starts or joins the shared cluster, prints its address and the name of the template database, and, if there is no
// other keeper, keeps it until nobody uses it.
func keep() {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	c, err := pgserver.Start(ctx, pgserver.Options{DataDir: home(), Settings: map[string]string{
		"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off", "max_connections": "400",
	}})
	var template string
	if err == nil {
		template, err = makeTemplate(ctx, c.URL())
	}
	if err != nil {
		fmt.Println(fault.From(err).Sentence(fault.English), "—", err)
		return
	}
	fmt.Println(c.URL(), template)
	os.Stdout.Close()

	duty, err := flock(home()+".keeper", syscall.LOCK_EX|syscall.LOCK_NB)
	if err != nil {
		return // there is a keeper; the cluster goes on without this process
	}
	for alone := time.Duration(0); ; alone += time.Second {
		time.Sleep(time.Second)
		last, err := flock(home()+".lock", syscall.LOCK_EX|syscall.LOCK_NB)
		if err != nil {
			alone = 0
			continue
		}
		if alone >= linger { // a test process that comes now waits for `last`, and then starts anew
			ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
			c.Stop(ctx)
			cancel()
			os.RemoveAll(home())
			duty.Close()
			last.Close()
			return
		}
		last.Close()
	}
}

// makeTemplate makes the database that others are copied from, once for each state of the migrations.
func makeTemplate(ctx context.Context, admin string) (string, error) {
	name := "template_" + migrations()
	conn, err := pgx.Connect(ctx, admin)
	if err != nil {
		return "", err
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock(1)"); err != nil { // until the connection ends
		return "", err
	}
	var made bool
	if err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name).Scan(&made); err != nil || made {
		return name, err
	}
	half := name + "_half"
	for _, statement := range []string{"DROP DATABASE IF EXISTS " + half, "CREATE DATABASE " + half} {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return "", err
		}
	}
	if err := store.Migrate(ctx, inDatabase(admin, half)); err != nil {
		return "", err
	}
	_, err = conn.Exec(ctx, "ALTER DATABASE "+half+" RENAME TO "+name)
	return name, err
}

// migrations is a short hash of the migrations' text.
func migrations() string {
	h := sha256.New()
	fs.WalkDir(sql.Migrations(), ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			text, _ := fs.ReadFile(sql.Migrations(), path)
			h.Write(text)
		}
		return err
	})
	h.Write([]byte(sql.Distribute()))
	return hex.EncodeToString(h.Sum(nil)[:6])
}

func flock(path string, how int) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	for {
		if err = syscall.Flock(int(f.Fd()), how); err != syscall.EINTR {
			break
		}
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

package app

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/pgserver"
	"github.com/zhuwang/zhuwang/internal/snapshot"
	"github.com/zhuwang/zhuwang/internal/store"
)

// stopTime is how long PostgreSQL may take to stop in order.
const stopTime = 30 * time.Second

// database is an open store, with the embedded cluster below it where there is no database URL.
type database struct {
	*store.Store
	url     string
	cluster *pgserver.Cluster // nil: a database of somebody else's
	log     *slog.Logger
}

// connect finds or starts the database without looking into it.
func (e *env) connect(server bool, log *slog.Logger) (*database, error) {
	db := &database{log: log}
	var err error
	if db.url, err = e.databaseURL(); err != nil {
		return nil, err
	}
	if db.url != "" {
		return db, nil
	}
	if db.cluster, err = pgserver.Start(e.ctx, pgserver.Options{DataDir: e.Data, Server: server, Log: log}); err != nil {
		return nil, err
	}
	db.url = db.cluster.URL()
	return db, nil
}

// open connects to a database whose schema fits. With migrate the schema is brought up to date first; without, only an
// embedded database that is still empty gets one: a command must not change the tables under a running, older server.
func (e *env) open(server, migrate bool, log *slog.Logger) (_ *database, err error) {
	db, err := e.connect(server, log)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			db.close()
		}
	}()
	schema, err := store.SchemaState(e.ctx, db.url)
	if err != nil {
		return nil, err
	}
	if migrate || db.cluster != nil && schema.Have == 0 {
		if err := store.Migrate(e.ctx, db.url); err != nil {
			return nil, err
		}
	} else if err := schema.Err(); err != nil {
		return nil, err
	}
	db.Store, err = store.Open(e.ctx, store.Config{URL: db.url, Log: log})
	return db, err
}

// close leaves the database; the embedded cluster stops if nobody else uses it.
func (db *database) close() {
	if db.Store != nil {
		db.Store.Close()
	}
	if db.cluster == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), stopTime)
	defer cancel()
	if err := db.cluster.Stop(ctx); err != nil {
		db.log.Error("PostgreSQL did not stop in order", "error", err)
	}
}

// with runs a command on the database: it attaches to a running cluster, else starts one for its own time.
func (e *env) with(do func(db *database, service *grid.Service) error) error {
	db, err := e.open(false, false, e.logger(slog.LevelWarn))
	if err != nil {
		return err
	}
	defer db.close()
	service := &grid.Service{Store: db, Zone: zone()}
	service.Nets = snapshot.NewRegistry(service)
	return do(db, service)
}

// district is the district that a person named, else the only one, and its release in force.
func (db *database) district(ctx context.Context, said string) (grid.Code, int, error) {
	heads, err := db.Districts(ctx)
	if err != nil {
		return "", 0, err
	}
	var codes []string
	for _, h := range heads {
		if string(h.District) == said || said == "" && len(heads) == 1 {
			return h.District, h.Release, nil
		}
		codes = append(codes, string(h.District))
	}
	switch {
	case len(heads) == 0:
		err = fault.New(fault.NotFound, "no-net", nil)
	case said != "":
		err = fault.New(fault.NotFound, "no-such-district", fault.Args{"district": said})
	default:
		err = fault.New(fault.Usage, "which-district", fault.Args{"count": len(codes), "choices": strings.Join(codes, ", ")}).In(fault.Place{Field: "--district"})
	}
	return "", 0, err
}

// logger writes to the error stream.
func (e *env) logger(level slog.Level) *slog.Logger {
	return slog.New(slog.NewTextHandler(e.Err, &slog.HandlerOptions{Level: level}))
}

// nets loads every district into memory.
func (e *env) nets(service *grid.Service) (*snapshot.Registry, error) {
	nets := snapshot.NewRegistry(service)
	return nets, nets.Refresh(e.ctx)
}

type migrateCmd struct{}

func (migrateCmd) Run(e *env) error {
	db, err := e.open(false, true, e.logger(slog.LevelWarn))
	if err != nil {
		return err
	}
	defer db.close()
	e.say("数据库表已是最新。", "The tables are up to date.")
	return nil
}

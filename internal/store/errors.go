package store

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// explain turns an error of the database into a fault, by SQLSTATE (PostgreSQL's manual, appendix A): names of constraints and tables are
// not to be relied on behind Citus. Ends of contexts and faults pass as they are.
func explain(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*fault.Error](err); ok {
		return err
	}
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		kind, rule := classify(pg.Code)
		return fault.Wrap(kind, rule, err)
	}
	_, connecting := errors.AsType[*pgconn.ConnectError](err) // with a limit of its own
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) && !connecting {
		return err
	}
	if connecting || broken(err) {
		return fault.Wrap(fault.Unavailable, "database-away", err)
	}
	return fault.Wrap(fault.Internal, "internal", err)
}

// classify says what an SQLSTATE means to a person.
func classify(code string) (fault.Kind, string) {
	switch code {
	case "53100": // disk_full
		return fault.Unavailable, "database-disk-full"
	case "42501": // insufficient_privilege
		return fault.Internal, "database-rights"
	case "25006": // read_only_sql_transaction: a standby
		return fault.Unavailable, "database-read-only"
	case "57P01", "57P02", "57P03", "57P05": // shut down, crashed, starting; idle session ended
		return fault.Unavailable, "database-away"
	case "3D000", "28000", "28P01": // no such database; who are you; wrong password
		return fault.Unavailable, "database-refuses"
	case "22021", "22P05": // character_not_in_repertoire; untranslatable_character
		return fault.Invalid, "text-unstorable"
	case "40001", "40P01", "55P03", "23505", "23503", "23P01": // serialization, deadlock, lock; unique, foreign key, exclusion
		return fault.Conflict, "write-conflict"
	}
	switch code[:min(2, len(code))] {
	case "08", "53", "58": // connection; resources; the system below (I/O)
		return fault.Unavailable, "database-away"
	}
	return fault.Internal, "internal"
}

// broken reports whether the connection failed, rather than the statement.
func broken(err error) bool {
	if _, ok := errors.AsType[net.Error](err); ok {
		return true
	}
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) ||
		strings.Contains(err.Error(), "conn closed") // pgconn's own error has no name
}

// errReadOnly says that the database is a standby, or was set to refuse writes.
var errReadOnly = fault.New(fault.Unavailable, "database-read-only", nil)

// none reports whether a query found no row.
func none(err error) bool { return errors.Is(err, pgx.ErrNoRows) }

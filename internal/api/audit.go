package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/zhuwang/zhuwang/internal/audit"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
)

// Audit is what the server asks of the store about who did or saw what.
type Audit interface {
	// AuditRows lists rows of a district, or of audit.Service, the newest first.
	AuditRows(ctx context.Context, district string, f audit.Filter, after audit.Cursor, limit int) ([]audit.Row, error)
}

// mostAudited bounds a page.
const mostAudited = 1000

// auditQuestion is what a request asks of the audit.
type auditQuestion struct {
	district string
	filter   audit.Filter
	after    audit.Cursor
	limit    int
}

func auditQuestionOf(q url.Values) (a auditQuestion, err error) {
	a = auditQuestion{district: audit.Service, limit: 100, filter: audit.Filter{Account: q.Get("account"), Action: audit.Action(q.Get("action")), Object: q.Get("object")}}
	if q.Has("district") {
		code := grid.Code(q.Get("district"))
		if code.Level() != grid.LevelDistrict {
			return a, badField("district")
		}
		a.district = string(code)
	}
	for name, to := range map[string]*time.Time{"since": &a.filter.Since, "until": &a.filter.Until} {
		if !q.Has(name) {
			continue
		}
		if *to, err = time.Parse(time.RFC3339, q.Get(name)); err != nil {
			return a, badField(name)
		}
	}
	if q.Has("limit") {
		if a.limit, err = strconv.Atoi(q.Get("limit")); err != nil || a.limit < 1 || a.limit > mostAudited {
			return a, badField("limit")
		}
	}
	if q.Has("after") {
		var micros int64
		if _, err := fmt.Sscanf(q.Get("after")+"\n", "%d-%d\n", &micros, &a.after.ID); err != nil {
			return a, badField("after")
		}
		a.after.At = time.UnixMicro(micros).UTC()
	}
	return a, nil
}

// ListAudit lists who did what, the newest first.
func (s *Server) ListAudit(w http.ResponseWriter, r *http.Request) {
	ask, err := auditQuestionOf(r.URL.Query())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	rows, err := s.Audit.AuditRows(r.Context(), ask.district, ask.filter, ask.after, ask.limit)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	page := AuditPage{Items: make([]AuditItem, 0, len(rows))}
	for _, row := range rows {
		name := row.Action.Name()
		item := AuditItem{At: row.At, Account: row.Account, Via: row.Via, Address: row.Address, Action: string(row.Action), Name: name.Zh, Object: row.Object}
		if langOf(r.Context()) == fault.English {
			item.Name = name.En
		}
		if err := json.Unmarshal([]byte(row.Detail), &item.Detail); err != nil {
			s.fail(w, r, err)
			return
		}
		page.Items = append(page.Items, item)
	}
	if len(rows) == ask.limit {
		last := rows[len(rows)-1]
		page.Next = new(fmt.Sprintf("%d-%d", last.At.UnixMicro(), last.ID))
	}
	w.Header()["Content-Type"] = jsonKind
	writeJSON(w, page)
}

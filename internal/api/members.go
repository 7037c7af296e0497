package api

import (
	"context"
	"iter"
	"net/http"

	"github.com/zhuwang/zhuwang/internal/account"
	"github.com/zhuwang/zhuwang/internal/exchange"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/upload"
)

// ImportAccounts makes accounts of a table of members: all of its rows, or none.
func (s *Server) ImportAccounts(w http.ResponseWriter, r *http.Request) {
	if coding := r.Header.Get("Content-Encoding"); coding != "" {
		s.fail(w, r, fault.New(fault.Unsupported, "encoded-body", fault.Args{"encoding": coding}))
		return
	}
	q := r.URL.Query()
	if q.Get("name") == "" {
		s.fail(w, r, missingField("name"))
		return
	}
	folder, err := s.folder()
	if err != nil {
		s.fail(w, r, err)
		return
	}
	body := newStream(w, r)
	defer body.end()
	f, err := folder.Receive(q.Get("name"), body)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	defer folder.Remove(f.ID) // it names people
	s.withAccounts(w, r, http.StatusOK, func(ctx context.Context, accounts *account.Service) (any, error) {
		layer, err := f.Table(ctx, upload.Reading{Encoding: q.Get("encoding")})
		if err != nil {
			return nil, err
		}
		dry := q.Get("dry") == "true"
		in, err := accounts.Import(ctx, memberRows(ctx, layer), folder.Zone, dry)
		if err != nil {
			return nil, err
		}
		answer := AccountsImported{Rows: in.Rows, Same: in.Same, Granted: in.Granted, Stored: !dry && len(in.Refused) == 0, New: []MemberMade{}, Refused: []Problem{}}
		for _, m := range in.New {
			made := MemberMade{Account: m.Account, Name: m.Title}
			if answer.Stored {
				made.FirstPassword = &m.Password
			}
			answer.New = append(answer.New, made)
		}
		for _, f := range in.Refused {
			answer.Refused = append(answer.Refused, problemOf(r.Context(), f))
		}
		return answer, nil
	})
}

// memberRows are the rows of a layer as the domain takes them.
func memberRows(ctx context.Context, layer *exchange.Layer) iter.Seq2[account.MemberRow, error] {
	return func(yield func(account.MemberRow, error) bool) {
		for r, err := range layer.Rows(ctx) {
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
}

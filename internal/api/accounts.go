package api

import (
	"context"
	"net/http"
	"strconv"

	"github.com/zhuwang/zhuwang/internal/account"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/scope"
)

// accountOf is an account as those who manage it see it: nothing of its credentials.
func accountOf(a *account.Account) AccountItem {
	item := AccountItem{Account: a.Name, Kind: AccountItemKind(a.Kind), Name: a.Title, StaffNo: a.StaffNo, Phone: a.Phone, Email: a.Email, Disabled: !a.In(),
		MustSetPassword: a.MustSet, SecondFactor: a.TOTP != nil, MadeBy: a.MadeBy, MadeAt: a.MadeAt, Changed: a.ChangedAt, Revision: a.Revision, Grants: []GrantItem{}}
	for _, g := range a.Grants {
		item.Grants = append(item.Grants, GrantItem{Id: g.ID, Role: string(g.Role), Prefix: g.Prefix, From: orNil(g.From), Until: orNil(g.Until), MadeBy: g.MadeBy, MadeAt: g.MadeAt,
			Ended: orNil(g.Ended)})
	}
	return item
}

// grantOf reads a grant as it is asked for.
func grantOf(g GrantBody) (made scope.Grant, err error) {
	if made.Role, err = scope.ParseRole(g.Role); err != nil {
		return made, err
	}
	if made.Prefix, err = scope.ParsePrefix(g.Prefix); err != nil {
		return made, err
	}
	if g.From != nil {
		made.From = *g.From
	}
	if g.Until != nil {
		made.Until = *g.Until
	}
	return made, nil
}

// mostAccounts bounds a page.
const mostAccounts = 1000

// ListAccounts lists the accounts that the caller manages.
func (s *Server) ListAccounts(w http.ResponseWriter, r *http.Request) {
	s.withAccounts(w, r, http.StatusOK, func(ctx context.Context, accounts *account.Service) (any, error) {
		q := r.URL.Query()
		limit := 100
		if q.Has("limit") {
			n, err := strconv.Atoi(q.Get("limit"))
			if err != nil || n < 1 || n > mostAccounts {
				return nil, badField("limit")
			}
			limit = n
		}
		all, count, err := accounts.Accounts(ctx, account.Filter{Kind: account.Kind(q.Get("kind")), Role: scope.Role(q.Get("role")), Q: q.Get("q")}, q.Get("after"), limit)
		if err != nil {
			return nil, err
		}
		page := AccountPage{Items: make([]AccountItem, 0, len(all)), Count: count}
		for i := range all {
			page.Items = append(page.Items, accountOf(&all[i]))
		}
		if len(all) == limit {
			page.Next = &all[limit-1].Name
		}
		return page, nil
	})
}

// MakeAccount makes an account, whose first password is in the answer and nowhere else.
func (s *Server) MakeAccount(w http.ResponseWriter, r *http.Request) {
	var body AccountBody
	if err := readObject(w, r, `{"account":…,"name":…,"grants":[…]}`, &body); err != nil {
		s.fail(w, r, err)
		return
	}
	s.withAccounts(w, r, http.StatusCreated, func(ctx context.Context, accounts *account.Service) (any, error) {
		d := account.Draft{Name: body.Account, Title: text(body.Name), StaffNo: text(body.StaffNo), Phone: text(body.Phone), Email: text(body.Email), Subject: text(body.Subject)}
		if body.Grants != nil {
			for _, g := range *body.Grants {
				made, err := grantOf(g)
				if err != nil {
					return nil, err
				}
				d.Grants = append(d.Grants, made)
			}
		}
		a, password, err := accounts.Create(ctx, d)
		if err != nil {
			return nil, err
		}
		return AccountMade{Account: accountOf(a), FirstPassword: password}, nil
	})
}

// onAccount answers with what fn makes of the account that the address names.
func (s *Server) onAccount(w http.ResponseWriter, r *http.Request, status int, fn func(context.Context, *account.Service, string) (any, error)) {
	s.withAccounts(w, r, status, func(ctx context.Context, accounts *account.Service) (any, error) {
		name, err := pathValue(r, "account")
		if err != nil {
			return nil, err
		}
		return fn(ctx, accounts, name)
	})
}

// GetAccount is one account; its ETag is its revision.
func (s *Server) GetAccount(w http.ResponseWriter, r *http.Request) {
	s.onAccount(w, r, http.StatusOK, func(ctx context.Context, accounts *account.Service, name string) (any, error) {
		a, err := accounts.Account(ctx, name)
		if err != nil {
			return nil, err
		}
		w.Header().Set("ETag", strconv.Quote(strconv.Itoa(a.Revision)))
		return accountOf(a), nil
	})
}

// PatchAccount changes what an account says of somebody, and whether it is in use.
func (s *Server) PatchAccount(w http.ResponseWriter, r *http.Request) {
	var body AccountPatch
	if err := readObject(w, r, `{"name":…,"disabled":…}`, &body); err != nil {
		s.fail(w, r, err)
		return
	}
	s.onAccount(w, r, http.StatusOK, func(ctx context.Context, accounts *account.Service, name string) (any, error) {
		revision := 0
		if tag := r.Header.Get("If-Match"); tag != "" && tag != "*" {
			unquoted, err := strconv.Unquote(tag)
			if err == nil {
				revision, err = strconv.Atoi(unquoted)
			}
			if err != nil || revision < 1 {
				return nil, fault.New(fault.Stale, "account-stale", fault.Args{"name": name})
			}
		}
		a, err := accounts.Update(ctx, name, account.Change{Title: body.Name, StaffNo: body.StaffNo, Phone: body.Phone, Email: body.Email, Subject: body.Subject, Disabled: body.Disabled}, revision)
		if err != nil {
			return nil, err
		}
		w.Header().Set("ETag", strconv.Quote(strconv.Itoa(a.Revision)))
		return accountOf(a), nil
	})
}

// MakeGrant gives an account a role on an area.
func (s *Server) MakeGrant(w http.ResponseWriter, r *http.Request) {
	var body GrantBody
	if err := readObject(w, r, `{"role":…,"prefix":…}`, &body); err != nil {
		s.fail(w, r, err)
		return
	}
	s.onAccount(w, r, http.StatusCreated, func(ctx context.Context, accounts *account.Service, name string) (any, error) {
		g, err := grantOf(body)
		if err != nil {
			return nil, err
		}
		a, err := accounts.Grant(ctx, name, g)
		if err != nil {
			return nil, err
		}
		return accountOf(a), nil
	})
}

// EndGrant ends a grant.
func (s *Server) EndGrant(w http.ResponseWriter, r *http.Request) {
	s.onAccount(w, r, http.StatusOK, func(ctx context.Context, accounts *account.Service, name string) (any, error) {
		id, err := pathValue(r, "grant")
		if err != nil {
			return nil, err
		}
		return nil, accounts.EndGrant(ctx, name, id)
	})
}

// ResetPassword draws a new first password.
func (s *Server) ResetPassword(w http.ResponseWriter, r *http.Request) {
	var body ResetBody
	if err := readObject(w, r, `{"second_factor":…}`, &body); err != nil {
		s.fail(w, r, err)
		return
	}
	s.onAccount(w, r, http.StatusOK, func(ctx context.Context, accounts *account.Service, name string) (any, error) {
		password, err := accounts.ResetPassword(ctx, name, body.SecondFactor != nil && *body.SecondFactor)
		if err != nil {
			return nil, err
		}
		return PasswordReset{FirstPassword: password}, nil
	})
}

// EndSessionsOf signs an account out everywhere.
func (s *Server) EndSessionsOf(w http.ResponseWriter, r *http.Request) {
	s.onAccount(w, r, http.StatusOK, func(ctx context.Context, accounts *account.Service, name string) (any, error) {
		return nil, accounts.SignOutEverywhere(ctx, name)
	})
}

package api

import (
	"context"
	"net/http"

	"github.com/zhuwang/zhuwang/internal/account"
	"github.com/zhuwang/zhuwang/internal/scope"
)

func keyOf(k *account.Key) KeyItem {
	return KeyItem{Id: k.ID, Account: k.Account, Label: k.Label, Role: string(k.Role), Prefix: k.Prefix, From: orNil(k.From), Until: orNil(k.Until), MadeBy: k.MadeBy, MadeAt: k.MadeAt,
		Used: orNil(k.Used)}
}

func keyPage(keys []account.Key) KeyPage {
	page := KeyPage{Items: make([]KeyItem, 0, len(keys)), Count: len(keys)}
	for i := range keys {
		page.Items = append(page.Items, keyOf(&keys[i]))
	}
	return page
}

// ListKeys lists the caller's own keys and those of the accounts that the caller manages.
func (s *Server) ListKeys(w http.ResponseWriter, r *http.Request) {
	s.withAccounts(w, r, http.StatusOK, func(ctx context.Context, accounts *account.Service) (any, error) {
		keys, err := accounts.Keys(ctx, r.URL.Query().Get("account"))
		if err != nil {
			return nil, err
		}
		return keyPage(keys), nil
	})
}

// MakeKey makes a key, which is in the answer and nowhere else.
func (s *Server) MakeKey(w http.ResponseWriter, r *http.Request) {
	var body KeyBody
	if err := readObject(w, r, `{"role":…,"prefix":…}`, &body); err != nil {
		s.fail(w, r, err)
		return
	}
	s.withAccounts(w, r, http.StatusCreated, func(ctx context.Context, accounts *account.Service) (any, error) {
		g, err := grantOf(GrantBody{Role: body.Role, Prefix: body.Prefix, From: body.From, Until: body.Until})
		if err != nil {
			return nil, err
		}
		name := text(body.Account)
		if name == "" {
			name = scope.Of(ctx).Account
		}
		made := accounts.MakeKey
		if body.Machine != nil && *body.Machine {
			made = accounts.MakeMachineKey
		}
		k, credential, err := made(ctx, name, text(body.Label), g)
		if err != nil {
			return nil, err
		}
		return KeyMade{Key: keyOf(k), Credential: credential}, nil
	})
}

// RevokeKey ends a key, or the token of a screen.
func (s *Server) RevokeKey(w http.ResponseWriter, r *http.Request) {
	s.withAccounts(w, r, http.StatusOK, func(ctx context.Context, accounts *account.Service) (any, error) {
		id, err := pathValue(r, "key")
		if err != nil {
			return nil, err
		}
		return nil, accounts.RevokeKey(ctx, id)
	})
}

// ListScreens lists the screens of the area that the caller manages.
func (s *Server) ListScreens(w http.ResponseWriter, r *http.Request) {
	s.withAccounts(w, r, http.StatusOK, func(ctx context.Context, accounts *account.Service) (any, error) {
		keys, err := accounts.Screens(ctx)
		if err != nil {
			return nil, err
		}
		return keyPage(keys), nil
	})
}

// MakeScreen makes a screen, whose token is in the answer and nowhere else.
func (s *Server) MakeScreen(w http.ResponseWriter, r *http.Request) {
	var body ScreenBody
	if err := readObject(w, r, `{"name":…,"prefix":…}`, &body); err != nil {
		s.fail(w, r, err)
		return
	}
	s.withAccounts(w, r, http.StatusCreated, func(ctx context.Context, accounts *account.Service) (any, error) {
		g, err := grantOf(GrantBody{Role: string(scope.Screen), Prefix: body.Prefix, From: body.From, Until: body.Until})
		if err != nil {
			return nil, err
		}
		k, credential, err := accounts.MakeScreen(ctx, body.Name, g)
		if err != nil {
			return nil, err
		}
		return KeyMade{Key: keyOf(k), Credential: credential}, nil
	})
}

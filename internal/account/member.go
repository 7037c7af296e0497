package account

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/scope"
)

// MemberRow is a row of a table of members: exchange.Row has it. Columns: staff_no, full_name, role, prefix, phone, email, account, from, until.
type MemberRow interface {
	Get(column string) (text string, ok bool)
	Place() fault.Place
	Refusal() *fault.Error
}

// Imported is what became of a table of members. Nothing was written where Refused is not empty, and of a dry run.
type Imported struct {
	Rows    int
	New     []NewMember
	Same    int // who have an account and the grant already
	Granted int // who have an account and got the grant
	Refused []*fault.Error
}

// NewMember is an account that was made, with its first password, which is told this once.
type NewMember struct {
	Account, Title, Password string
	Grant                    scope.Grant
}

// mostMembers bounds a table.
const mostMembers = 50_000

// member is one row that was understood.
type member struct {
	draft Draft
	place fault.Place
}

// Import makes accounts of the rows of a table, all of them or none: where a row is refused the table comes back with the reasons. Who has an
// account already gets the grant of the row, and stays otherwise as he is; a row of somebody twice gives him two grants. zone is that of dates.
func (s *Service) Import(ctx context.Context, rows iter.Seq2[MemberRow, error], zone *time.Location, dry bool) (*Imported, error) {
	in := &Imported{}
	var members []member
	for r, err := range rows {
		if err != nil {
			return nil, err
		}
		if in.Rows++; in.Rows > mostMembers {
			return nil, fault.New(fault.TooLarge, "member-table-long", fault.Args{"most": mostMembers})
		}
		d, err := readMember(r, zone)
		if err != nil {
			in.Refused = append(in.Refused, fault.From(err).In(r.Place()))
			continue
		}
		members = append(members, member{d, r.Place()})
	}
	drafts, err := s.drafts(ctx, in, members)
	if err != nil {
		return nil, err
	}
	err = s.manage(ctx, func(tx Tx, m manager) error {
		for _, a := range drafts {
			if err := s.take(ctx, tx, m, in, a); err != nil {
				return err
			}
		}
		if dry || len(in.Refused) > 0 {
			return errDry
		}
		return note(ctx, tx, AccountsImport, "", map[string]any{"rows": in.Rows, "new": len(in.New), "granted": in.Granted})
	})
	if err == error(errDry) {
		err = nil
		for i := range in.New {
			in.New[i].Password = ""
		}
	}
	slices.SortStableFunc(in.Refused, func(a, b *fault.Error) int { return cmp.Compare(a.Where.Row, b.Where.Row) })
	for _, j := range drafts {
		s.known.forget(j.account.Name)
	}
	return in, err
}

// errDry takes everything back that a dry run, or a table with refused rows, would have written.
var errDry = fault.New(fault.Internal, "internal", nil)

// joiner is an account to be made of the rows of one person.
type joiner struct {
	account  *Account
	password string
	grants   []scope.Grant
	places   []fault.Place
}

// drafts puts the rows of each person together, in the order of the table, and hashes the first passwords before the transaction.
func (s *Service) drafts(ctx context.Context, in *Imported, members []member) (all []*joiner, err error) {
	of := map[string]*joiner{}
	for _, m := range members {
		a, err := m.draft.account()
		if err != nil {
			in.Refused = append(in.Refused, fault.From(err).In(m.place))
			continue
		}
		j := of[a.Name]
		if j == nil {
			j = &joiner{account: a, password: drawPassword()}
			of[a.Name] = j
			all = append(all, j)
		} else if j.account.Title != a.Title {
			in.Refused = append(in.Refused, fault.New(fault.Invalid, "member-twice", fault.Args{"name": a.Name, "one": j.account.Title, "other": a.Title}).In(m.place))
			continue
		}
		j.grants, j.places = append(j.grants, m.draft.Grants...), append(j.places, m.place)
	}
	for _, j := range all {
		kept, err := s.hasher.make(ctx, plainPassword(j.password), drawn)
		if err != nil {
			return nil, err
		}
		j.account.Password, j.account.MustSet = kept, true
	}
	return all, nil
}

// take writes one person. A fault of the row goes to the refused ones.
func (s *Service) take(ctx context.Context, tx Tx, m manager, in *Imported, j *joiner) error {
	for i, g := range j.grants {
		if err := m.mayGive(g); err != nil {
			in.Refused = append(in.Refused, fault.From(err).In(j.places[i]))
			return nil
		}
	}
	known, err := tx.Account(ctx, j.account.Name)
	if err != nil {
		return err
	}
	if known == nil {
		in.New = append(in.New, NewMember{j.account.Name, j.account.Title, j.password, j.grants[0]})
		return refuse(in, j, s.create(ctx, tx, m, j.account, j.grants))
	}
	if known.Kind != Person || known.Title != j.account.Title {
		in.Refused = append(in.Refused, fault.New(fault.Conflict, "member-is-another", fault.Args{"name": known.Name}).In(j.places[0]))
		return nil
	}
	if err := m.mayChange(known); err != nil {
		return refuse(in, j, err)
	}
	for _, g := range j.grants {
		if slices.ContainsFunc(known.grants(), func(k scope.Grant) bool {
			return k.Role == g.Role && k.Prefix == g.Prefix && k.From.Equal(g.From) && k.Until.Equal(g.Until)
		}) {
			in.Same++
			continue
		}
		if err := s.grant(ctx, tx, m, known, g); err != nil {
			return refuse(in, j, err)
		}
		in.Granted++
	}
	return nil
}

// refuse puts what is wrong with a row to the refused ones; what is wrong with the service passes.
func refuse(in *Imported, j *joiner, err error) error {
	f := fault.From(err)
	if err == nil || f.Kind == fault.Internal || f.Kind == fault.Unavailable {
		return err
	}
	in.Refused = append(in.Refused, f.In(j.places[0]))
	return nil
}

// readMember reads a row.
func readMember(r MemberRow, zone *time.Location) (d Draft, err error) {
	if f := r.Refusal(); f != nil {
		return d, f
	}
	get := func(column string) string {
		text, _ := r.Get(column)
		return strings.TrimSpace(text)
	}
	d = Draft{Name: get("account"), Title: get("full_name"), StaffNo: get("staff_no"), Phone: get("phone"), Email: get("email")}
	if d.Name == "" {
		d.Name = d.StaffNo
	}
	for _, f := range []struct{ column, text string }{{"staff_no", d.Name}, {"full_name", d.Title}, {"role", get("role")}} {
		if f.text == "" {
			return d, fault.New(fault.Invalid, "member-lacks", fault.Args{"field": f.column}).In(fault.Place{Field: f.column})
		}
	}
	var g scope.Grant
	if g.Role, err = roleNamed(get("role")); err != nil {
		return d, err
	}
	if g.Prefix, err = scope.ParsePrefix(get("prefix")); err != nil {
		return d, err
	}
	if g.Prefix == "" { // an empty cell is forgotten more often than it is everything
		return d, fault.New(fault.Invalid, "member-lacks", fault.Args{"field": "prefix"}).In(fault.Place{Field: "prefix"})
	}
	if g.From, err = readDay(get("from"), zone, 0); err == nil {
		g.Until, err = readDay(get("until"), zone, 1)
	}
	if err != nil {
		return d, err
	}
	d.Grants = []scope.Grant{g}
	return d, nil
}

// roleNamed is a role by its word or by what people call it.
func roleNamed(text string) (scope.Role, error) {
	for _, r := range scope.Roles() {
		if n := r.Name(); text == n.Zh || strings.EqualFold(text, n.En) {
			return r, nil
		}
	}
	return scope.ParseRole(strings.ToLower(text))
}

// readDay reads a date of a table; "" is open. A last day is in force to its end: days later is 1.
func readDay(text string, zone *time.Location, later int) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, form := range []string{"2006-01-02", "2006/1/2", "2006年1月2日", "2006.1.2", "2006-01-02 15:04:05", "2006-01-02T15:04:05"} {
		t, err := time.ParseInLocation(form, text, zone)
		if err == nil && t.Hour()+t.Minute()+t.Second() == 0 {
			return t.AddDate(0, 0, later), nil
		}
	}
	field := []string{"from", "until"}[later]
	return time.Time{}, fault.New(fault.Invalid, "member-day", fault.Args{"day": fmt.Sprintf("%.40s", text)}).In(fault.Place{Field: field})
}

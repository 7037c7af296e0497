package app

import (
	"time"

	"github.com/zhuwang/zhuwang/internal/account"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/scope"
)

type userCmd struct {
	Add     addUserCmd     `cmd:"" help:"新建一个人的账号，打印初始密码 · Make a person's account; prints the first password."`
	List    listUsersCmd   `cmd:"" help:"列出账号与授权 · List the accounts and what they were granted."`
	Grant   grantCmd       `cmd:"" help:"授予角色与辖区 · Give an account a role on an area."`
	Ungrant ungrantCmd     `cmd:"" help:"撤销一项授权 · End a grant."`
	Reset   resetCmd       `cmd:"" help:"重置密码，打印新的初始密码 · Draw a new first password, and print it."`
	Disable disableCmd     `cmd:"" help:"停用账号，立即退出 · Take an account out of use; it is signed out at once."`
	Enable  enableCmd      `cmd:"" help:"恢复账号 · Put an account to use again."`
	Key     keyCmd         `cmd:"" help:"给程序一个密钥，只打印这一次 · Make a key for a program; it is printed this once."`
	Screen  screenCmd      `cmd:"" help:"给大屏一个令牌，只打印这一次 · Make the token of a screen; it is printed this once."`
	Keys    listKeysCmd    `cmd:"" help:"列出密钥与令牌 · List keys and tokens."`
	Revoke  revokeCmd      `cmd:"" help:"吊销密钥或令牌 · Revoke a key or a token."`
	Import  importUsersCmd `cmd:"" help:"从 Excel 或 CSV 导入成员，打印初始密码 · Import members from Excel or CSV; prints their first passwords."`
}

// onAccounts runs a command on the accounts.
func (e *env) onAccounts(do func(*account.Service) error) error {
	return e.with(func(db *database, _ *grid.Service) error {
		return do(account.New(account.Options{Store: db, Log: db.log}))
	})
}

// grantFlags are a role on an area for a time.
type grantFlags struct {
	Role     string `required:"" placeholder:"R" help:"角色：administrator、planner、reviewer、dispatcher、instructor、leader、member、analyst · Role."`
	areaFlag `embed:""`
}

// areaFlag is an area for a time.
type areaFlag struct {
	Prefix string `required:"" placeholder:"P" help:"辖区编码的前缀：6、9、12 或 15 位；all 为全部 · Prefix of the codes: 6, 9, 12 or 15 digits; all: everything."`
	From   string `placeholder:"T" help:"自何时起（日期或 RFC 3339）· From when on (date or RFC 3339)."`
	Until  string `placeholder:"T" help:"至何时止，不含 · Until when."`
}

func (c areaFlag) grant(role scope.Role) (g scope.Grant, err error) {
	g.Role = role
	if c.Prefix != "all" {
		if c.Prefix == "" { // forgotten more often than meant
			return g, fault.New(fault.Usage, "bad-scope", fault.Args{"prefix": c.Prefix}).In(fault.Place{Field: "--prefix"})
		}
		if g.Prefix, err = scope.ParsePrefix(c.Prefix); err != nil {
			return g, err
		}
	}
	if g.From, err = moment("--from", c.From); err == nil {
		g.Until, err = moment("--until", c.Until)
	}
	return g, err
}

func (c grantFlags) grant() (scope.Grant, error) {
	role, err := scope.ParseRole(c.Role)
	if err != nil {
		return scope.Grant{}, err
	}
	return c.areaFlag.grant(role)
}

type addUserCmd struct {
	Name    string `arg:"" help:"账号名，终身不变 · Name of the account, for good."`
	Title   string `placeholder:"T" help:"姓名；不给则为账号名 · The person's name; none: that of the account."`
	StaffNo string `placeholder:"N" help:"工号 · Staff number."`
	Phone   string `placeholder:"N" help:"电话 · Phone."`
	Email   string `placeholder:"E" help:"邮箱 · E-mail address."`
	Subject string `placeholder:"ISSUER SUB" help:"统一身份认证中的身份：签发者与 sub，以空格分开 · Identity at the provider: issuer and sub, parted by a space."`
	grantFlags
}

// Run makes a person's account with a role, and prints its first password.
func (c addUserCmd) Run(e *env) error {
	g, err := c.grant()
	if err != nil {
		return err
	}
	return e.onAccounts(func(s *account.Service) error {
		a, password, err := s.Create(e.ctx, account.Draft{Name: c.Name, Title: c.Title, StaffNo: c.StaffNo, Phone: c.Phone, Email: c.Email, Subject: c.Subject,
			Grants: []scope.Grant{g}})
		if err != nil {
			return err
		}
		e.say("已新建账号 %s。初始密码只显示这一次，首次登录后须修改：", "Account %s is made. The first password is shown this once, and is to be changed at the first sign-in:", a.Name)
		return e.printRow(password)
	})
}

type grantCmd struct {
	Name string `arg:"" help:"账号 · Account."`
	grantFlags
}

// Run gives an account a role on an area, and prints the id of the grant.
func (c grantCmd) Run(e *env) error {
	g, err := c.grant()
	if err != nil {
		return err
	}
	return e.onAccounts(func(s *account.Service) error {
		a, err := s.Grant(e.ctx, c.Name, g)
		if err != nil {
			return err
		}
		return e.printRow(a.Grants[len(a.Grants)-1].ID)
	})
}

type ungrantCmd struct {
	Name string `arg:"" help:"账号 · Account."`
	ID   string `arg:"" help:"授权的编号，见 user list · Id of the grant, as user list shows it."`
}

// Run ends a grant.
func (c ungrantCmd) Run(e *env) error {
	return e.onAccounts(func(s *account.Service) error { return s.EndGrant(e.ctx, c.Name, c.ID) })
}

type resetCmd struct {
	Name   string `arg:"" help:"账号 · Account."`
	Factor bool   `help:"同时停用动态码（手机丢失时）· End the second factor too, where the phone is lost."`
}

// Run draws a new first password.
func (c resetCmd) Run(e *env) error {
	return e.onAccounts(func(s *account.Service) error {
		password, err := s.ResetPassword(e.ctx, c.Name, c.Factor)
		if err != nil {
			return err
		}
		e.say("新的初始密码只显示这一次，首次登录后须修改；已登录的全部退出：", "The new first password is shown this once, and is to be changed at the first sign-in; whoever was signed in is out:")
		return e.printRow(password)
	})
}

type disableCmd struct {
	Name string `arg:"" help:"账号 · Account."`
}

// Run takes an account out of use.
func (c disableCmd) Run(e *env) error { return e.setDisabled(c.Name, true) }

type enableCmd struct {
	Name string `arg:"" help:"账号 · Account."`
}

// Run puts an account to use again.
func (c enableCmd) Run(e *env) error { return e.setDisabled(c.Name, false) }

func (e *env) setDisabled(name string, disabled bool) error {
	return e.onAccounts(func(s *account.Service) error {
		_, err := s.Update(e.ctx, name, account.Change{Disabled: &disabled}, 0)
		return err
	})
}

type listUsersCmd struct {
	Role string `placeholder:"R" help:"只列此角色 · Only those with this role."`
	Q    string `placeholder:"TEXT" help:"姓名、账号、工号、电话或邮箱中的一段 · Part of a name, account, staff number, phone or e-mail address."`
	JSON bool   `name:"json" help:"每行一个 JSON 对象 · Print a JSON object a line."`
}

// page is how many accounts are read at a time.
const page = 1000

// Run lists accounts: name, kind, title, and each grant that stands with its id.
func (c listUsersCmd) Run(e *env) error {
	return e.onAccounts(func(s *account.Service) error {
		after := ""
		for {
			all, _, err := s.Accounts(e.ctx, account.Filter{Role: scope.Role(c.Role), Q: c.Q}, after, page)
			if err != nil {
				return err
			}
			for _, a := range all {
				if err := c.print(e, &a); err != nil {
					return err
				}
				after = a.Name
			}
			if len(all) < page {
				return nil
			}
		}
	})
}

func (c listUsersCmd) print(e *env, a *account.Account) error {
	var grants []map[string]any
	cells := []any{a.Name, a.Kind, a.Title}
	if !a.In() {
		cells = append(cells, e.word(fault.Text{Zh: "已停用", En: "disabled"}))
	}
	for _, g := range a.Grants {
		if !g.Ended.IsZero() {
			continue
		}
		row := map[string]any{"id": g.ID, "role": g.Role, "prefix": g.Prefix}
		for name, at := range map[string]time.Time{"from": g.From, "until": g.Until} {
			if !at.IsZero() {
				row[name] = at
			}
		}
		grants = append(grants, row)
		cells = append(cells, g.ID+" "+grantText(g.Grant))
	}
	if !c.JSON {
		return e.printRow(cells...)
	}
	return e.printLine(map[string]any{"account": a.Name, "kind": a.Kind, "name": a.Title, "staff_no": a.StaffNo, "phone": a.Phone, "email": a.Email,
		"disabled": !a.In(), "second_factor": a.TOTP != nil, "grants": grants})
}

// grantText writes a grant for people: role, area, time.
func grantText(g scope.Grant) string {
	text := string(g.Role) + "@" + g.Prefix
	if g.Prefix == "" {
		text += "all"
	}
	if !g.From.IsZero() || !g.Until.IsZero() {
		text += " "
		if !g.From.IsZero() {
			text += g.From.In(zone()).Format(time.RFC3339)
		}
		text += "/"
		if !g.Until.IsZero() {
			text += g.Until.In(zone()).Format(time.RFC3339)
		}
	}
	return text
}

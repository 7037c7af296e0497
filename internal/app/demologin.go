package app

import (
	"context"

	"github.com/zhuwang/zhuwang/internal/account"
	"github.com/zhuwang/zhuwang/internal/scope"
)

// demoPeople are invented, one of a role.
var demoPeople = []struct {
	name, title string
	role        scope.Role
	prefix      string
}{
	{"manager", "示例管理员", scope.Administrator, ""},
	{"planner", "示例规划员", scope.Planner, "450105"},
	{"reviewer", "示例审核员", scope.Reviewer, "450105"},
	{"dispatcher", "示例调度员", scope.Dispatcher, "450105"},
	{"leader", "示例网格长", scope.Leader, "450105001001"},
	{"member", "示例网格员", scope.Member, "450105001001001"},
}

// demoLogins makes accounts of invented people where there are none at all, and prints each with its first password: this once.
func (e *env) demoLogins(ctx context.Context, accounts *account.Service) error {
	_, count, err := accounts.Accounts(ctx, account.Filter{}, "", 1)
	if err != nil || count > 0 {
		return err
	}
	e.say("示例账号与初始密码（只显示这一次；用 --accounts 启动时须登录）：", "Demo logins with their first passwords (shown this once; needed where it is started with --accounts):")
	for _, p := range demoPeople {
		_, password, err := accounts.Create(ctx, account.Draft{Name: p.name, Title: p.title, Grants: []scope.Grant{{Role: p.role, Prefix: p.prefix}}})
		if err != nil {
			return err
		}
		if err := e.printRow(p.name, password, p.title); err != nil {
			return err
		}
	}
	return nil
}

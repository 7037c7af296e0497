package account

import (
	"context"

	"github.com/zhuwang/zhuwang/internal/audit"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/scope"
)

// Acts on accounts, as the audit knows them.
const (
	SessionBegin   audit.Action = "session-begin"
	SessionRefuse  audit.Action = "session-refuse"
	SessionEnd     audit.Action = "session-end"
	PasswordChange audit.Action = "password-change"
	PasswordReset  audit.Action = "password-reset"
	FactorSet      audit.Action = "factor-set"
	FactorEnd      audit.Action = "factor-end"
	AccountMake    audit.Action = "account-make"
	AccountChange  audit.Action = "account-change"
	AccountsImport audit.Action = "accounts-import"
	GrantMake      audit.Action = "grant-make"
	GrantEnd       audit.Action = "grant-end"
	KeyMake        audit.Action = "key-make"
	KeyRevoke      audit.Action = "key-revoke"
)

func init() {
	audit.Register(map[audit.Action]fault.Text{
		SessionBegin:   {Zh: "登录", En: "signed in"},
		SessionRefuse:  {Zh: "登录被拒", En: "was refused at sign-in"},
		SessionEnd:     {Zh: "退出登录", En: "signed out"},
		PasswordChange: {Zh: "修改密码", En: "changed the password"},
		PasswordReset:  {Zh: "重置密码", En: "reset a password"},
		FactorSet:      {Zh: "启用动态码", En: "set a second factor"},
		FactorEnd:      {Zh: "停用动态码", En: "ended a second factor"},
		AccountMake:    {Zh: "新建账号", En: "made an account"},
		AccountChange:  {Zh: "修改账号", En: "changed an account"},
		AccountsImport: {Zh: "导入成员", En: "imported members"},
		GrantMake:      {Zh: "授权", En: "gave a grant"},
		GrantEnd:       {Zh: "撤销授权", En: "ended a grant"},
		KeyMake:        {Zh: "生成密钥", En: "made a key"},
		KeyRevoke:      {Zh: "吊销密钥", En: "revoked a key"},
	})
}

// note writes to the audit what the caller of the context did to something.
func note(ctx context.Context, tx Tx, action audit.Action, object string, detail map[string]any) error {
	return tx.Audit(ctx, audit.Entry{Action: action, Object: object, Detail: detail})
}

// noteOf writes what somebody did who is not the caller of the context yet.
func noteOf(ctx context.Context, tx Tx, account, via string, action audit.Action, detail map[string]any) error {
	return tx.Audit(ctx, audit.Entry{Account: account, Via: via, Action: action, Object: account, Detail: detail})
}

// nobody is who was refused: whom he called himself stands in the object.
func noteRefused(ctx context.Context, tx Tx, object string, why *fault.Error) error {
	return tx.Audit(ctx, audit.Entry{Via: scope.ViaPublic, Action: SessionRefuse, Object: object, Detail: map[string]any{"rule": why.Rule}})
}

package app

import (
	"cmp"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/zhuwang/zhuwang/internal/adapter/oidc"
	"github.com/zhuwang/zhuwang/internal/api"
	"github.com/zhuwang/zhuwang/internal/fault"
)

// Globals are the settings that every command has. A flag wins over ZHUWANG_<FLAG>, which wins over zhuwang.toml in the data folder.
type Globals struct {
	Data        string   `placeholder:"DIR" default:"${data}" help:"数据目录 · Data folder."`
	Database    string   `placeholder:"URL" env:"ZHUWANG_DATABASE_URL" help:"PostgreSQL 地址；不给则用自带的 · PostgreSQL URL; none: an own, embedded one. (Better in ZHUWANG_DATABASE_URL or ZHUWANG_DATABASE_URL_FILE than on a command line.)"`
	Listen      string   `default:"127.0.0.1:8080" help:"监听地址；本机以外须有 --accounts、--tls-cert、--tls-key 与 --host · Address to listen on; beyond this machine it takes --accounts, --tls-cert, --tls-key and --host."`
	TLSCert     string   `name:"tls-cert" placeholder:"FILE" help:"证书文件（PEM，含中间证书）；换了文件即生效，不用重启 · Certificate with its chain, PEM; a renewed file counts at once."`
	TLSKey      string   `name:"tls-key" placeholder:"FILE" help:"证书的私钥文件（PEM） · Private key of the certificate, PEM."`
	Host        []string `placeholder:"NAME" help:"别的机器用什么名字访问，可给多个；其余的一律拒绝 · Names by which other machines reach the service; any other is refused."`
	AdminListen string   `default:"127.0.0.1:8081" help:"指标与诊断的地址，空则不开 · Address of /metrics and pprof; empty: none."`
	TileCache   uint32   `placeholder:"MIB" default:"256" help:"瓦片缓存占用的内存，MiB · Memory for drawn tiles, MiB; 0: none are kept."`
	Public      string   `placeholder:"LAYERS" default:"${public}" help:"不登录也能看的图层 · Layers that everybody sees: divisions, grids, base, buildings, points, releases; empty: none."`
	Accounts    bool     `help:"须登录或出示密钥；不给则本机的人都是管理员 · Whoever asks has to sign in or show a key; else everybody at this machine is an administrator."`
	OIDCIssuer  string   `name:"oidc-issuer" placeholder:"URL" help:"统一身份认证（OpenID Connect）的签发者；密钥由 ZHUWANG_OIDC_SECRET 或 ZHUWANG_OIDC_SECRET_FILE 给出 · Issuer of the identity provider; ZHUWANG_OIDC_SECRET or ZHUWANG_OIDC_SECRET_FILE holds what it gave this server to prove itself by."`
	OIDCClient  string   `name:"oidc-client" placeholder:"ID" help:"筑网在统一身份认证中的编号 · Id of this server at the identity provider."`
	OIDCBack    string   `name:"oidc-redirect" placeholder:"URL" help:"认证后返回的完整地址，以 /api/v1/session/oidc/callback 结尾 · Address to which the provider sends people back; ends in /api/v1/session/oidc/callback."`
	OIDCMatch   string   `name:"oidc-match" enum:"subject,email" default:"subject" help:"凭什么认出账号：subject（user add --subject）或首次凭已验证的邮箱 email · By what an account is found: subject, or email, once, where the provider has verified it."`
	Lang        string   `placeholder:"zh-CN|en" help:"语言 · Language of messages; else that of LANG."`
}

// language is the language of messages: --lang, else that of the locale.
func (g *Globals) language() fault.Lang {
	if g.Lang != "" {
		return fault.ParseLang(g.Lang)
	}
	for _, k := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := os.Getenv(k); v != "" {
			if strings.HasPrefix(v, "en") {
				return fault.English
			}
			return fault.Chinese
		}
	}
	return fault.Chinese
}

// checkLanguage refuses a --lang that is no language of ours.
func (g *Globals) checkLanguage() error {
	if l := strings.ToLower(g.Lang); l == "" || strings.HasPrefix(l, "zh") || strings.HasPrefix(l, "en") {
		return nil
	}
	return fault.New(fault.Usage, "unknown-language", fault.Args{"lang": g.Lang})
}

// databaseURL is the database to use, "" for the embedded one. A *_FILE keeps the secret out of the environment.
func (g *Globals) databaseURL() (string, error) {
	if g.Database != "" {
		return g.Database, nil
	}
	return secretFile("ZHUWANG_DATABASE_URL_FILE")
}

// secretFile reads the file that a variable of the environment names; "" where there is none.
func secretFile(name string) (string, error) {
	file := os.Getenv(name)
	if file == "" {
		return "", nil
	}
	b, err := os.ReadFile(file)
	if err != nil {
		f := fault.New(fault.Usage, "secret-file", fault.Args{"name": name, "file": file})
		f.Cause = err
		return "", f
	}
	return strings.TrimSpace(string(b)), nil
}

// identityProvider is the provider that is configured; nil for none.
func (g *Globals) identityProvider() (api.IdentityProvider, error) {
	if g.OIDCIssuer == "" {
		return nil, nil
	}
	secret, err := secretFile("ZHUWANG_OIDC_SECRET_FILE")
	if err != nil {
		return nil, err
	}
	return oidc.New(oidc.Config{Issuer: g.OIDCIssuer, Client: g.OIDCClient, Secret: cmp.Or(os.Getenv("ZHUWANG_OIDC_SECRET"), secret), Redirect: g.OIDCBack})
}

// shared reports whether other machines may reach the service: by names that are said, with credentials, and encrypted on the way.
func (g *Globals) shared() bool {
	return g.Accounts && g.TLSCert != "" && g.TLSKey != "" && len(g.Host) > 0
}

// loopbackOnly refuses addresses that other machines could reach.
func loopbackOnly(flag, addr string, open bool) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return fault.New(fault.Usage, "bad-address", fault.Args{"flag": flag, "address": addr})
	}
	if host == "localhost" || open {
		return nil
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return fault.New(fault.Usage, "not-loopback", fault.Args{"flag": flag, "address": addr})
	}
	return nil
}

func defaultDataDir() string {
	if os.Geteuid() == 0 {
		return "/var/lib/zhuwang"
	}
	base := os.Getenv("XDG_DATA_HOME")
	if base == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return "zhuwang-data"
		}
		base = filepath.Join(home, ".local", "share")
	}
	return filepath.Join(base, "zhuwang")
}

type configCmd struct{}

func (configCmd) Run(e *env) error {
	db, err := e.databaseURL()
	if err != nil {
		return err
	}
	rows := map[string]string{"data": e.Data, "database": masked(db), "listen": e.Listen, "admin-listen": e.AdminListen, "tls-cert": e.TLSCert, "tls-key": e.TLSKey, "host": strings.Join(e.Host, ","), "tile-cache": fmt.Sprint(e.TileCache), "public": e.Public, "accounts": fmt.Sprint(e.Accounts),
		"oidc-issuer": e.OIDCIssuer, "oidc-client": e.OIDCClient, "oidc-redirect": e.OIDCBack, "oidc-match": e.OIDCMatch, "lang": string(e.lang)}
	names := make([]string, 0, len(rows))
	for k := range rows {
		names = append(names, k)
	}
	sort.Strings(names)
	for _, k := range names {
		fmt.Fprintf(e.Out, "%s = %q\n", k, rows[k])
	}
	return nil
}

// masked is the address of a database as it may be shown: without passwords, and nothing of libpq's keywords.
func masked(address string) string {
	u, err := url.Parse(address)
	switch {
	case address == "":
		return "embedded"
	case err != nil || u.Scheme == "":
		return "(set)"
	}
	query := u.Query()
	for name := range query {
		if strings.Contains(name, "password") {
			query.Set(name, "xxxxx")
		}
	}
	u.RawQuery = query.Encode()
	return u.Redacted()
}

// Package app is the command line: commands, configuration, wiring, start order and drain.
package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"unicode/utf8"

	"github.com/alecthomas/kong"

	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/scope"
)

// Streams are the program's input and outputs: data on Out, words and progress on Err.
type Streams struct {
	In  io.Reader
	Out io.Writer
	Err io.Writer
}

// Exit codes.
const (
	exitDone   = 0
	exitFailed = 1 // failed, or not clean
	exitUsage  = 2
)

// errReported ends a command with exitFailed after it has said itself what is wrong.
var errReported = errors.New("reported")

// cli is the whole command line. Help is in both languages, Chinese first.
type cli struct {
	Globals `embed:"" group:"各命令共用 · Of every command:"`

	Demo     demoCmd     `cmd:"" help:"启动示例城区：自带数据库、虚构数据与网页 · Start the model district: own database, invented data, page."`
	Serve    serveCmd    `cmd:"" help:"启动服务 · Start the server."`
	Migrate  migrateCmd  `cmd:"" help:"建立或升级数据库表 · Create or upgrade the tables."`
	Import   importCmd   `cmd:"" help:"导入数据 · Import data."`
	Export   exportCmd   `cmd:"" help:"导出数据 · Export data."`
	Points   pointsCmd   `cmd:"" help:"查看与更正点位 · List, count and correct points."`
	Check    checkCmd    `cmd:"" help:"检查网格文件有无缝隙、重叠 · Check a file of polygons for gaps and overlaps."`
	Locate   locateCmd   `cmd:"" help:"某点属于哪个网格 · Which grid holds a point."`
	Assign   assignCmd   `cmd:"" help:"批量判定点所属网格，不需要数据库 · Assign a file of points to the grids of a file, without a database."`
	Template templateCmd `cmd:"" help:"生成 Excel 模板 · Write an Excel template."`
	Backup   backupCmd   `cmd:"" help:"把数据库备份成一个文件，服务可以照常运行 · Back the database up into one file; servers may go on."`
	Restore  restoreCmd  `cmd:"" help:"从备份文件恢复数据库 · Restore the database from a backup."`
	Upgrade  upgradeCmd  `cmd:"" help:"把自带的数据库搬到新装的 PostgreSQL · Move the embedded database to the newest installed PostgreSQL."`
	Doctor   doctorCmd   `cmd:"" help:"检查数据库中的一切是否仍然成立，只读 · Re-prove what the database holds, read-only."`
	Config   configCmd   `cmd:"" help:"显示生效的配置 · Show the configuration in force."`
	User     userCmd     `cmd:"" help:"账号、授权、密钥、大屏令牌 · Accounts, grants, keys, tokens of screens."`
	Version  versionCmd  `cmd:"" help:"版本 · Version."`
}

// Run runs one command and returns the exit code.
func Run(ctx context.Context, args []string, std Streams, version string) int {
	var c cli
	e := &env{ctx: scope.With(ctx, scope.Local()), Streams: std, version: version}
	exited := -1
	parser, err := kong.New(&c,
		kong.Name("zhuwang"),
		kong.Description("筑网：一张网、一套编码、一个入口 · One net of grids for a district."),
		kong.Writers(std.Out, std.Err),
		kong.Exit(func(code int) { exited = code }),
		kong.DefaultEnvars("ZHUWANG"),
		kong.Resolvers(readSettings(dataDir(args))),
		kong.Vars{"data": defaultDataDir(), "public": scope.PublicDefault},
		kong.UsageOnError(),
	)
	if err != nil {
		fmt.Fprintln(std.Err, "zhuwang:", err)
		return exitUsage
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	if i := slices.IndexFunc(args, func(a string) bool { return !utf8.ValidString(a) }); i >= 0 { // or the parser would put other characters in their place
		c.Lang = early(args, "lang")
		e.lang = c.language()
		return e.report(fault.New(fault.Usage, "argument-utf8", fault.Args{"argument": strings.ToValidUTF8(args[i], "�")}))
	}
	k, err := parser.Parse(shieldNumbers(args))
	if exited >= 0 {
		return exited // --help has been answered
	}
	if err != nil {
		c.Lang = early(args, "lang")
	}
	e.lang = c.language()
	if err != nil {
		return e.report(usageFault(err))
	}
	e.Globals = &c.Globals
	if err := c.checkLanguage(); err != nil {
		return e.report(err)
	}
	return e.report(k.Run(e))
}

// shieldNumbers puts a space before negative numbers, which the parser would take for flags: western longitudes.
func shieldNumbers(args []string) []string {
	args = slices.Clone(args)
	for i, a := range args {
		if _, err := strconv.ParseFloat(a, 64); err == nil && strings.HasPrefix(a, "-") {
			args[i] = " " + a
		}
	}
	return args
}

// env is what a command is given.
type env struct {
	*Globals
	Streams
	ctx     context.Context
	lang    fault.Lang
	version string
}

// report says what went wrong, in the person's language, and gives the exit code.
func (e *env) report(err error) int {
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errReported), errors.Is(err, syscall.EPIPE): // or whoever read the output has enough
		return exitFailed
	case errors.Is(err, context.Canceled) && e.ctx.Err() != nil:
		e.say("已中断，没有改动任何数据。", "Interrupted; nothing was changed.")
		return exitFailed
	}
	f := fault.From(err)
	fmt.Fprintf(e.Err, "zhuwang: %s [%s]\n", f.Report(e.lang), f.Rule)
	if f.Kind == fault.Internal && f.Cause != nil {
		fmt.Fprintf(e.Err, "  %v\n", f.Cause) // the person at the command line is the administrator
	} else if f.Kind == fault.Unavailable && f.Cause != nil {
		fmt.Fprintf(e.Err, "  %v\n", f.Cause)
	}
	if f.Kind == fault.Usage {
		return exitUsage
	}
	return exitFailed
}

// say writes a line for the person to the error stream, in their language.
func (e *env) say(zh, en string, args ...any) {
	fmt.Fprintf(e.Err, fault.Text{Zh: zh, En: en}.In(e.lang)+"\n", args...)
}

// confirm asks a yes-or-no question where a person can answer; asked is false anywhere else, and where no answer came.
func (e *env) confirm(zh, en string) (yes, asked bool) {
	f, ok := e.In.(*os.File)
	if !ok {
		return false, false
	}
	if st, err := f.Stat(); err != nil || st.Mode()&os.ModeCharDevice == 0 {
		return false, false
	}
	fmt.Fprint(e.Err, fault.Text{Zh: zh, En: en}.In(e.lang)+" [y/N] ")
	var answer string
	_, err := fmt.Fscanln(f, &answer)
	if errors.Is(err, io.EOF) { // nobody is there: /dev/null, or Ctrl-D
		fmt.Fprintln(e.Err)
		return false, false
	}
	return answer == "y" || answer == "Y" || answer == "yes" || answer == "是", true
}

type versionCmd struct{}

func (versionCmd) Run(e *env) error {
	_, err := fmt.Fprintln(e.Out, e.version)
	return err
}

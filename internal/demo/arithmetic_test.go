package demo

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
)

// exact are the names of package math that give the same bits on every machine: constants, and functions that IEEE 754 fixes.
var exact = []string{"Abs", "Ceil", "Floor", "Inf", "IsInf", "Max", "MaxFloat64", "Min", "Pi", "Round", "Sqrt", "Sqrt2"}

// TestArithmetic reads the package's own source and refuses what may come out differently on another machine: a product that a
// compiler may fuse with an addition, a function of package math that is not exact, another type than float64, and the order of
// a map.
func TestArithmetic(t *testing.T) {
	files := token.NewFileSet()
	for _, complaint := range suspects(t, files, sources(t, files)) {
		t.Error(complaint)
	}
}

func sources(t *testing.T, files *token.FileSet) []*ast.File {
	t.Helper()
	names, err := fs.Glob(os.DirFS("."), "*.go")
	if err != nil || len(names) == 0 {
		t.Fatal("no source:", err)
	}
	var list []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(files, name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, f)
	}
	return list
}

// suspects lists the places in a package that are not the same on every machine.
func suspects(t *testing.T, files *token.FileSet, list []*ast.File) (found []string) {
	t.Helper()
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}}
	check := types.Config{Importer: importer.ForCompiler(files, "source", nil)}
	if _, err := check.Check("demo", files, list, info); err != nil {
		t.Fatal(err)
	}
	report := func(n ast.Node, what string) { found = append(found, files.Position(n.Pos()).String()+": "+what) }
	isFloat := func(e ast.Expr) bool {
		b, ok := info.TypeOf(e).Underlying().(*types.Basic)
		return ok && b.Info()&(types.IsFloat|types.IsComplex) != 0 && info.Types[e].Value == nil
	}
	for _, f := range list {
		var above []ast.Node
		ast.Inspect(f, func(n ast.Node) bool {
			if n == nil {
				above = above[:len(above)-1]
				return true
			}
			switch x := n.(type) {
			case *ast.BinaryExpr:
				if x.Op == token.MUL && isFloat(x) && !rounded(info, above) {
					report(x, "a product may be fused with an addition: write float64(a*b)")
				}
			case *ast.AssignStmt:
				if x.Tok == token.MUL_ASSIGN && isFloat(x.Lhs[0]) {
					report(x, "a product may be fused with an addition: write a = float64(a*b)")
				}
			case *ast.RangeStmt:
				if _, ok := info.TypeOf(x.X).Underlying().(*types.Map); ok {
					report(x, "the order of a map is not fixed")
				}
			case *ast.SelectorExpr:
				o := info.Uses[x.Sel]
				if o != nil && o.Pkg() != nil && o.Pkg().Path() == "math" && !slices.Contains(exact, o.Name()) {
					report(x, "math."+o.Name()+" is not exact on every machine")
				}
			case *ast.Ident:
				if o, ok := info.Uses[x].(*types.TypeName); ok && (o.Name() == "float32" || o.Name() == "complex128") {
					report(x, o.Name()+" is not used here")
				}
			}
			above = append(above, n)
			return true
		})
	}
	return found
}

// rounded reports whether the product below a list of nodes is converted, or goes into another product, a quotient or a comparison: there
// is nothing it could be fused with.
func rounded(info *types.Info, above []ast.Node) bool {
	for i := len(above) - 1; i >= 0; i-- {
		switch x := above[i].(type) {
		case *ast.ParenExpr:
		case *ast.BinaryExpr:
			return slices.Contains([]token.Token{token.MUL, token.QUO, token.LSS, token.GTR, token.LEQ, token.GEQ}, x.Op)
		case *ast.CallExpr:
			return info.Types[x.Fun].IsType()
		default:
			return false
		}
	}
	return false
}

func TestArithmeticFindsSuspects(t *testing.T) {
	for _, c := range []struct {
		code string
		want int
	}{
		{"func f(a, b, c float64) float64 { return a*b + c }", 1},
		{"func f(a, b, c float64) float64 { return c - (a * b) }", 1},
		{"func f(a, b float64) float64 { x := a * b; return x }", 1},
		{"func f(a, b float64) float64 { a *= b; return a }", 1},
		{"func f(a, b, c float64) float64 { return float64(a*b) + c }", 0},
		{"func f(a, b, c float64) float64 { return float64(a*(b*c)) + a*b/c }", 0},
		{"func f(a, b int) int { return a*b + a }", 0},
		{"func f(a float64) float64 { return a + 2*3.5 }", 0},
		{"func f(m map[int]int) { for range m { } }", 1},
		{"import \"math\"\nfunc f(a float64) float64 { return math.Sin(a) + math.Sqrt(a) }", 1},
		{"func f(a float32) {}", 1},
	} {
		files := token.NewFileSet()
		f, err := parser.ParseFile(files, "code.go", "package demo\n"+c.code, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		if found := suspects(t, files, []*ast.File{f}); len(found) != c.want {
			t.Errorf("%s: %d found, want %d: %v", c.code, len(found), c.want, found)
		}
	}
}

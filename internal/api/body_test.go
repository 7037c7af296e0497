package api_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/zhuwang/zhuwang/internal/testkit/picture"
)

// Bodies as people and programs send them: tables in Chinese, texts that editors marked, another encoding than UTF-8.
func TestBodiesAsTheyCome(t *testing.T) {
	s := scopedService(t, drawing, 0)
	at := picture.Centre(0, 3)
	for _, c := range []struct {
		name, path, kind, body string
		status                 int
		want                   string
	}{
		{"a table in Chinese", "/api/v1/locate", "text/csv", fmt.Sprintf("编号,经度,纬度,坐标系,精度\n1,%v,%v,cgcs2000,\n", at.Lon(), at.Lat()), 200, string(inside["grid"])},
		{"lon before 经度", "/api/v1/locate?crs=cgcs2000", "text/csv", fmt.Sprintf("经度,lon,lat\n0,%v,%v\n", at.Lon(), at.Lat()), 200, string(inside["grid"])},
		{"a table in GBK", "/api/v1/locate?crs=cgcs2000", "text/csv", "\xbe\xad\xb6\xc8,\xce\xb3\xb6\xc8\n1,2\n", 400, "invalid-utf8"},
		{"a marked array", "/api/v1/locate?crs=cgcs2000", "application/json", fmt.Sprintf("\ufeff[{\"lon\":%v,\"lat\":%v}]", at.Lon(), at.Lat()), 200, string(inside["grid"])},
		{"marked pairs", "/api/v1/locate?crs=cgcs2000&fields=code", "application/json", fmt.Sprintf("\ufeff[[%v,%v]]", at.Lon(), at.Lat()), 200, string(inside["grid"])},
		{"UTF-8 that says so", "/api/v1/locate?crs=cgcs2000", "application/json; charset=UTF-8", "[]", 200, "[]"},
		{"another encoding", "/api/v1/locate?crs=cgcs2000", "application/json; charset=gbk", "[]", 415, "charset=gbk"},
	} {
		if status, text := s.askAs(t, "POST", c.path, c.kind, c.body, "administrator", "450105"); status != c.status || !strings.Contains(text, c.want) {
			t.Errorf("%s: %d %s", c.name, status, text)
		}
	}
}

// A body that says that it is too large is refused before it comes.
func TestBodyTooLargeAtOnce(t *testing.T) {
	s := scopedService(t, drawing, 0)
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "POST /api/v1/locate?crs=wgs84 HTTP/1.1\r\nHost: 127.0.0.1\r\nRole: administrator\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n[", 9<<20)
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusRequestEntityTooLarge {
		t.Error(res.Status)
	}
}

// A tile has one address.
func TestTilesHaveOneAddress(t *testing.T) {
	s := scopedService(t, drawing, 0)
	for address, want := range map[string]int{"0/0/0": 200, "00/0/0": 400, "0/00/0": 400, "0/0/+0": 400, "0/-0/0": 400, "14/-1/0": 404} {
		if status, text := s.askAs(t, "GET", "/tiles/450105/net/current/"+address+".mvt", "", "", "administrator", "450105"); status != want {
			t.Errorf("%s: %d %s", address, status, text)
		}
	}
}

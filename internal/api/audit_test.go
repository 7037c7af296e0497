package api_test

import (
	"strings"
	"testing"
)

// What is done through the interface is in the audit, with who did it; who may not see the audit of the district does not.
func TestAuditOfADistrict(t *testing.T) {
	s := scopedService(t, drawing, 0)
	const path = "/api/v1/audit?district=450105"
	building := "/ogc/collections/buildings/items/" + string(inside["building"])
	if status, text := s.askAs(t, "PATCH", building, "application/merge-patch+json", `{"properties":{"households":6}}`, "administrator", "450105"); status != 200 {
		t.Fatal(status, text)
	}
	if status, text := s.askAs(t, "PATCH", "/api/v1/points/report/P-in", "application/json", `{"attributes":{"n":"1"}}`, "administrator", "450105"); status != 200 {
		t.Fatal(status, text)
	}
	status, text := s.askAs(t, "GET", path, "", "", "administrator", "450105")
	if status != 200 || strings.Count(text, `"account":"somebody"`) != 2 || strings.Count(text, `"address":"127.0.0.1"`) != 2 {
		t.Errorf("%d %s", status, text)
	}
	for _, has := range []string{`"action":"buildings-change"`, `"object":"45010500100100001"`, `"how":"replaced"`, `"name":"更新建筑物"`, `"action":"point-correct"`, `"object":"report/P-in"`,
		`"action":"release-publish"`} {
		if !strings.Contains(text, has) {
			t.Errorf("no %s in %s", has, text)
		}
	}
	if _, first := s.askAs(t, "GET", path+"&limit=1", "", "", "administrator", "450105"); strings.Count(first, `"action"`) != 1 || strings.Contains(first, `"next":null`) {
		t.Errorf("a page of one: %s", first)
	}
	for query, want := range map[string]int{"&action=buildings-change": 1, "&account=nobody": 0, "&since=2999-01-01T00:00:00Z": 0, "&object=report/P-in&lang=en": 1} {
		if _, text := s.askAs(t, "GET", path+query, "", "", "administrator", "450105"); strings.Count(text, `"action"`) != want {
			t.Errorf("%s: %s", query, text)
		}
	}
	for who, want := range map[[2]string]string{{"administrator", mine}: `"items":[]`, {"administrator", "450106"}: `"items":[]`, {"planner", "450105"}: "not-allowed-here", {"", ""}: "sign-in-first"} {
		if _, text := s.askAs(t, "GET", path, "", "", who[0], who[1]); !strings.Contains(text, want) {
			t.Errorf("%v: %s", who, text)
		}
	}
	for _, bad := range []string{"district=45", "district=450105001", "since=today", "limit=0", "after=x", "after=1-2-3"} {
		if status, text := s.askAs(t, "GET", "/api/v1/audit?"+bad, "", "", "administrator", ""); status != 400 {
			t.Errorf("%s: %d %s", bad, status, text)
		}
	}
}

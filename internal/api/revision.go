package api

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// tagOfRevision is the ETag of what has revisions. It is strong: If-Match takes no other (RFC 9110, 13.1.1).
func tagOfRevision(n int) string { return `"` + strconv.Itoa(n) + `"` }

// revisionOf is the revision that a change was made upon, 0 where the request does not say. fault location-stale for a tag that no
// revision has.
func revisionOf(r *http.Request) (int, error) {
	tag := strings.TrimSpace(r.Header.Get("If-Match"))
	if tag == "" || tag == "*" {
		return 0, nil
	}
	inner, quoted := strings.CutPrefix(tag, `"`)
	inner, closed := strings.CutSuffix(inner, `"`)
	if n, err := strconv.Atoi(inner); quoted && closed && err == nil && n > 0 && tagOfRevision(n) == tag {
		return n, nil
	}
	return 0, fault.New(fault.Stale, "no-such-revision", fault.Args{"tag": tag})
}

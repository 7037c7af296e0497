package api

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/zhuwang/zhuwang/internal/snapshot"
)

// netCollector tells which release each district answers by, which it should but cannot, and since when the database is away.
type netCollector struct {
	nets                   *snapshot.Registry
	release, refused, away *prometheus.Desc
}

func newNetCollector(nets *snapshot.Registry) netCollector {
	return netCollector{nets,
		prometheus.NewDesc("zhuwang_release", "Release in force, by district.", []string{"district"}, nil),
		prometheus.NewDesc("zhuwang_release_refused", "Release in force that cannot be loaded, by district; absent: it is loaded.", []string{"district"}, nil),
		prometheus.NewDesc("zhuwang_database_away_since_seconds", "When the database went away (Unix time); 0: it is there.", nil, nil)}
}

func (c netCollector) Describe(ch chan<- *prometheus.Desc) {
	ch <- c.release
	ch <- c.refused
	ch <- c.away
}

func (c netCollector) Collect(ch chan<- prometheus.Metric) {
	for _, n := range c.nets.All() {
		ch <- prometheus.MustNewConstMetric(c.release, prometheus.GaugeValue, float64(n.Release.N), string(n.District().Code))
	}
	for district, n := range c.nets.Refused() {
		ch <- prometheus.MustNewConstMetric(c.refused, prometheus.GaugeValue, float64(n), string(district))
	}
	at := 0.0
	if since, away := c.nets.Away(); away {
		at = float64(since.Unix())
	}
	ch <- prometheus.MustNewConstMetric(c.away, prometheus.GaugeValue, at)
}

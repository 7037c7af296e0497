package bench

import (
	"bytes"
	"io"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// request is one question of a load, and how its answer is judged: "" is right.
type request struct {
	method, path string
	header       http.Header
	body         []byte
	judge        func(status int, header http.Header, body []byte) string
}

// load asks a server, question after question, by the same rule each time: question i is made of the random numbers of seed i.
type load struct {
	address string
	ask     func(r *rand.Rand) request
	client  *http.Client
	clients int
	asked   atomic.Uint64

	mu       sync.Mutex
	unjudged []func()
	wrong    []string
	faults   int
}

func newLoad(address string, clients int, ask func(r *rand.Rand) request) *load {
	return &load{address: address, ask: ask, clients: clients, client: &http.Client{Timeout: 10 * time.Second,
		Transport: &http.Transport{MaxIdleConnsPerHost: clients, MaxConnsPerHost: clients, DisableCompression: true}}}
}

// notYet is the verdict on an answer that cannot be judged yet.
const notYet = "not yet"

// one asks one question and judges the answer, as soon as that can be.
func (l *load) one() (answeredAt time.Time) {
	q := l.ask(rand.New(rand.NewPCG(3, l.asked.Add(1))))
	req, err := http.NewRequest(q.method, l.address+q.path, bytes.NewReader(q.body))
	if err != nil {
		panic(err)
	}
	for k, v := range q.header {
		req.Header[k] = v
	}
	var body []byte
	res, err := l.client.Do(req)
	if err == nil {
		body, err = io.ReadAll(res.Body)
		res.Body.Close()
	}
	answeredAt = time.Now()
	judge := func() string {
		if err != nil {
			return err.Error()
		}
		return q.judge(res.StatusCode, res.Header, body)
	}
	if verdict := judge(); verdict == notYet {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.unjudged = append(l.unjudged, func() { l.note(q, judge()) })
	} else if verdict != "" {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.note(q, verdict)
	}
	return answeredAt
}

// note takes down what is wrong.
func (l *load) note(q request, wrong string) {
	if wrong == "" {
		return
	}
	if l.faults++; len(l.wrong) < 20 {
		l.wrong = append(l.wrong, q.method+" "+q.path+": "+wrong)
	}
}

// settle judges the answers that waited for it, when all is known: one that still cannot be judged is wrong.
func (l *load) settle() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, judge := range l.unjudged {
		judge()
	}
	l.unjudged = nil
}

// saturation is how many questions a second are answered where each client asks the next one at once.
func (l *load) saturation(d time.Duration) float64 {
	var done atomic.Int64
	var all sync.WaitGroup
	start := time.Now()
	for range l.clients {
		all.Go(func() {
			for time.Since(start) < d {
				l.one()
				done.Add(1)
			}
		})
	}
	all.Wait()
	return float64(done.Load()) / time.Since(start).Seconds()
}

// answered is one question of an open load: when it was to be asked, and how long after that it was answered.
type answered struct {
	planned time.Time
	took    time.Duration
}

// steady asks at a rate until stop is called, whether or not the answers keep up: each question has its moment, and its time counts from
// there, so that a server that halts is not spared the questions that would have come. stop gives all answers.
func (l *load) steady(rate float64) (stop func() []answered) {
	var next atomic.Int64
	var all sync.WaitGroup
	var ended atomic.Bool
	lists := make([][]answered, l.clients)
	start := time.Now()
	for c := range l.clients {
		all.Go(func() {
			for {
				planned := start.Add(time.Duration(float64(next.Add(1)) / rate * float64(time.Second)))
				time.Sleep(time.Until(planned))
				if ended.Load() {
					return
				}
				lists[c] = append(lists[c], answered{planned, l.one().Sub(planned)})
			}
		})
	}
	return func() []answered {
		ended.Store(true)
		all.Wait()
		var list []answered
		for _, part := range lists {
			list = append(list, part...)
		}
		return list
	}
}

// between are the milliseconds of the questions planned from one moment to another.
func between(list []answered, from, to time.Time) (ms []float64) {
	for _, a := range list {
		if !a.planned.Before(from) && a.planned.Before(to) {
			ms = append(ms, a.took.Seconds()*1000)
		}
	}
	return ms
}

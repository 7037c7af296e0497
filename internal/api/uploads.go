package api

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/gorilla/mux"

	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/scope"
	"github.com/zhuwang/zhuwang/internal/upload"
)

// previewWait is how long an answer waits for a job to end.
const previewWait = 3 * time.Second

// ReceiveUpload keeps a file and tells what it looks like.
func (s *Server) ReceiveUpload(w http.ResponseWriter, r *http.Request) {
	if coding := r.Header.Get("Content-Encoding"); coding != "" {
		s.fail(w, r, fault.New(fault.Unsupported, "encoded-body", fault.Args{"encoding": coding}))
		return
	}
	name := r.URL.Query().Get("name")
	if name == "" {
		s.fail(w, r, fault.New(fault.Invalid, "missing-parameter", fault.Args{"name": "name"}).In(fault.Place{Field: "name"}))
		return
	}
	folder, err := s.folder()
	if err != nil {
		s.fail(w, r, err)
		return
	}
	body := newStream(w, r)
	defer body.end()
	f, err := folder.Receive(name, body)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	u := s.uploaded(r.Context(), f)
	switch look, err := f.Look(r.Context(), upload.Reading{}); {
	case err == nil:
		u.Look = s.look(r.Context(), look)
	case fault.From(err).Kind == fault.Internal, fault.From(err).Kind == fault.Unavailable, r.Context().Err() != nil:
		s.Uploads.Remove(f.ID)
		s.fail(w, r, err)
		return
	default:
		u.Problem = new(problemOf(r.Context(), fault.From(err)))
	}
	w.Header().Set("Location", "/api/v1/uploads/"+f.ID)
	w.Header().Set("Content-Type", formJSON)
	w.WriteHeader(http.StatusCreated)
	writeJSON(w, u)
}

// folder is where files are kept; a server that may not write has none.
func (s *Server) folder() (*upload.Folder, error) {
	if s.Uploads == nil {
		return nil, fault.New(fault.Unavailable, "upload-denied", nil)
	}
	return s.Uploads, nil
}

// upload finds the file of a request.
func (s *Server) upload(r *http.Request) (*upload.File, error) {
	if _, err := s.folder(); err != nil {
		return nil, err
	}
	return s.Uploads.Get(mux.Vars(r)["upload"])
}

// GetUpload tells how the last job of a file is getting on.
func (s *Server) GetUpload(w http.ResponseWriter, r *http.Request) {
	f, err := s.upload(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	writeJSON(w, s.uploaded(r.Context(), f))
}

// LookIntoUpload tells what a file looks like, read in a certain way.
func (s *Server) LookIntoUpload(w http.ResponseWriter, r *http.Request) {
	f, err := s.upload(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	q := r.URL.Query()
	look, err := f.Look(r.Context(), upload.Reading{Layer: q.Get("layer"), Encoding: q.Get("encoding"), Delimiter: q.Get("delimiter")})
	if err != nil {
		s.fail(w, r, err)
		return
	}
	writeJSON(w, s.look(r.Context(), look))
}

// PreviewUpload tells what an import would do.
func (s *Server) PreviewUpload(w http.ResponseWriter, r *http.Request) { s.startUpload(w, r, false) }

// ImportUpload stores the points of a file.
func (s *Server) ImportUpload(w http.ResponseWriter, r *http.Request) { s.startUpload(w, r, true) }

func (s *Server) startUpload(w http.ResponseWriter, r *http.Request, store bool) {
	f, err := s.upload(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	plan, err := s.plan(w, r)
	if err == nil {
		err = f.Start(r.Context(), plan, store, langOf(r.Context()))
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	f.Wait(r.Context(), previewWait)
	writeJSON(w, s.uploaded(r.Context(), f))
}

// maxPlan bounds the body of a plan: a file may have many columns with long names.
const maxPlan = 1 << 20

// plan reads what a person settled.
func (s *Server) plan(w http.ResponseWriter, r *http.Request) (p upload.Plan, err error) {
	const form = `{"kind":…,"crs":…,"columns":{"id":…}}`
	if _, err := formOf(r, formJSON); err != nil {
		return p, err
	}
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxPlan))
	if err != nil {
		return p, badBody(err, form)
	}
	var t UploadPlan
	if err := strictJSON(text, form, &t); err != nil {
		return p, err
	}
	n, err := s.nets(r.Context(), scope.ImportPoints).Named(grid.Code(value(t.District)))
	if err != nil {
		return p, err
	}
	p = upload.Plan{District: n.Release.District, Kind: value(t.Kind), CRS: value(t.Crs), Dates: grid.DateOrder(value(t.Dates)), Columns: grid.Columns{},
		Reading: upload.Reading{Layer: value(t.Layer), Encoding: value(t.Encoding), Delimiter: value(t.Delimiter)}}
	for role, column := range t.Columns {
		p.Columns[grid.Role(role)] = column
	}
	if t.Attributes != nil {
		p.Attributes = append([]string{}, *t.Attributes...)
	}
	return p, nil
}

// CancelUpload ends the job that runs.
func (s *Server) CancelUpload(w http.ResponseWriter, r *http.Request) {
	f, err := s.upload(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	f.Cancel()
	writeJSON(w, s.uploaded(r.Context(), f))
}

// RemoveUpload removes a file.
func (s *Server) RemoveUpload(w http.ResponseWriter, r *http.Request) {
	f, err := s.upload(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.Uploads.Remove(f.ID)
	w.WriteHeader(http.StatusNoContent)
}

// GetUploadRejects sends the list of refused rows.
func (s *Server) GetUploadRejects(w http.ResponseWriter, r *http.Request) {
	f, err := s.upload(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	list, err := f.Rejects()
	if err != nil {
		s.fail(w, r, err)
		return
	}
	defer list.Close()
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="rejects.csv"`)
	if _, err := io.Copy(pacedWriter{w, http.NewResponseController(w)}, list); err != nil {
		panic(http.ErrAbortHandler) // the client has gone, or the list cannot be read to its end
	}
}

// pacedWriter gives the client more time with each write.
type pacedWriter struct {
	io.Writer
	line *http.ResponseController
}

func (p pacedWriter) Write(b []byte) (int, error) {
	_ = p.line.SetWriteDeadline(time.Now().Add(clientTime))
	return p.Writer.Write(b)
}

// uploaded shapes a file and its last job.
func (s *Server) uploaded(ctx context.Context, f *upload.File) Upload {
	u := Upload{Id: f.ID, Name: f.Name, Size: f.Size, Expires: f.Expires().UTC()}
	r, ok := f.Report()
	if !ok {
		return u
	}
	t := r.Tally
	u.Job = &UploadJob{Import: r.Import, State: UploadJobState(r.State), Rows: t.Rows, In: t.In, Outside: t.Outside, Replayed: t.Replayed, Conflicts: t.Conflicts,
		Rejected: t.Rejected, Resumed: t.Resumed, Read: r.Read, Size: r.Size, Rejects: r.Rejects, Batch: r.Batch, Crs: Datum(r.Datum.String()),
		Refused: []UploadRefusal{}, First: []UploadRow{}, Places: []UploadPlace{}}
	if r.Fault != nil {
		u.Job.Problem = new(s.jobProblem(ctx, r.Fault))
	}
	for _, of := range r.Refused {
		refusal := UploadRefusal{Rule: of.First[0].Rule, Title: of.First[0].Sentence(langOf(ctx)), Count: of.Count}
		for _, bad := range of.First {
			refusal.First = append(refusal.First, uploadFault(ctx, bad))
		}
		u.Job.Refused = append(u.Job.Refused, refusal)
	}
	for _, row := range r.First {
		u.Job.First = append(u.Job.First, uploadRow(ctx, row))
	}
	for _, p := range r.Places {
		u.Job.Places = append(u.Job.Places, UploadPlace{Lon: p.Lon, Lat: p.Lat, Crs: datumName(p.Datum), Inside: p.Inside})
	}
	return u
}

// jobProblem is why a job failed. Nobody waits for an answer then, so that the log tells what people must not see.
func (s *Server) jobProblem(ctx context.Context, f *fault.Error) Problem {
	if f.Kind == fault.Internal && !errors.Is(f, context.Canceled) {
		s.log.ErrorContext(ctx, "a file of points could not be imported", "error", f, "request_id", requestID(ctx))
	}
	return problemOf(ctx, f)
}

func datumName(d crs.Datum) Datum { return Datum(d.String()) }

func lineOf(p fault.Place) int {
	if p.Line > 0 {
		return p.Line
	}
	return p.Row
}

func uploadFault(ctx context.Context, f *fault.Error) UploadFault {
	u := UploadFault{Line: lineOf(f.Where), Title: f.Sentence(langOf(ctx))}
	if where := f.PlaceText(langOf(ctx)); where != "" {
		u.Where = &where
	}
	return u
}

func uploadRow(ctx context.Context, p upload.Previewed) UploadRow {
	u := UploadRow{Line: lineOf(p.At)}
	if p.Fault != nil {
		u.Error = new(uploadFault(ctx, p.Fault))
		return u
	}
	l := p.Location
	u.Kind, u.Id, u.Lon, u.Lat, u.Crs = &l.Kind, &l.ID, &l.Lon, &l.Lat, new(datumName(l.Datum))
	if !l.At.IsZero() {
		u.At = new(l.At.UTC())
	}
	if p.Grid.Code != "" {
		u.Grid = ref(p.Grid)
	}
	return u
}

// look shapes what a file looks like.
func (s *Server) look(ctx context.Context, l upload.Look) *UploadLook {
	u := &UploadLook{Layer: l.Layer, Table: l.Table, Columns: append([]string{}, l.Columns...), Rows: append([][]string{}, l.Rows...), OwnIds: l.OwnIDs,
		Guesses: []UploadGuess{}, Dates: string(l.Proposal.Order)}
	if l.Stated != "" {
		u.Crs = &l.Stated
	}
	for _, g := range l.Proposal.Guesses {
		u.Guesses = append(u.Guesses, UploadGuess{Role: PointRole(g.Role), Column: g.Column, Sure: g.Sure, Reason: g.Reason.In(langOf(ctx))})
	}
	return u
}

package store

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/sql"
)

// BackupFile is a backup that was read to its end and is what was written.
type BackupFile struct {
	Manifest Manifest
	files    map[string]*zip.File
}

// longestManifest bounds what is read of a manifest.
const longestManifest = 64 << 20

// OpenBackup proves a file: every byte is hashed before anything of it is believed. read is called with the bytes hashed so far. fault
// not-a-backup, backup-damaged, or backup-newer for one that a newer program made.
func OpenBackup(r io.ReaderAt, size int64, read func(n int64)) (*BackupFile, error) {
	head := make([]byte, 4)
	if _, err := r.ReadAt(head, 0); err != nil || !bytes.Equal(head, []byte("PK\x03\x04")) {
		return nil, fault.New(fault.Invalid, "not-a-backup", nil)
	}
	if size <= sealLength {
		return nil, damaged(io.ErrUnexpectedEOF)
	}
	if err := checkSeal(r, size, read); err != nil {
		return nil, err
	}
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, damaged(err)
	}
	b := &BackupFile{files: map[string]*zip.File{}}
	for _, f := range z.File {
		b.files[f.Name] = f
	}
	return b, b.readManifest()
}

// checkSeal compares the hash at the end of the file with the file. A zip file of another kind has none.
func checkSeal(r io.ReaderAt, size int64, read func(int64)) error {
	end := make([]byte, min(size, int64(sealLength+len(sealWord))))
	if _, err := r.ReadAt(end, size-int64(len(end))); err != nil {
		return err
	}
	word, digits, found := strings.Cut(string(end), sealWord)
	sum, bad := hex.DecodeString(digits)
	sealed := found && word == "" && bad == nil
	h, buf := sha256.New(), make([]byte, 1<<20)
	for at := int64(0); sealed && at < size-sealLength; {
		n, err := r.ReadAt(buf[:min(int64(len(buf)), size-sealLength-at)], at)
		if err != nil && !errors.Is(err, io.EOF) || n == 0 {
			return damaged(err)
		}
		h.Write(buf[:n])
		at += int64(n)
		read(at)
	}
	switch {
	case sealed && bytes.Equal(h.Sum(nil), sum):
		return nil
	case sealed:
		return damaged(errors.New("the SHA-256 of the file is not the one at its end"))
	}
	if z, err := zip.NewReader(r, size); err == nil && !strings.HasPrefix(z.Comment, sealWord) && (len(z.File) == 0 || !strings.HasSuffix(z.File[0].Name, ".copy")) {
		return fault.New(fault.Invalid, "not-a-backup", nil)
	}
	return damaged(errors.New("there is no SHA-256 at the end of the file"))
}

// readManifest reads the manifest and finds the parts that it names.
func (b *BackupFile) readManifest() error {
	f := b.files[manifestName]
	if f == nil {
		return fault.New(fault.Invalid, "not-a-backup", nil)
	}
	content, err := f.Open()
	if err != nil {
		return damaged(err)
	}
	defer content.Close()
	text, err := io.ReadAll(io.LimitReader(content, longestManifest))
	if err != nil {
		return damaged(err)
	}
	m := &b.Manifest
	if err := json.Unmarshal(text, m); err != nil {
		return damaged(err)
	}
	if newest := migrationVersions(); m.Form > backupForm || m.Schema > newest[len(newest)-1] {
		return fault.New(fault.Invalid, "backup-newer", fault.Args{"program": m.Program, "have": m.Schema, "want": newest[len(newest)-1]})
	}
	for _, p := range m.Parts {
		if b.files[p.File] == nil {
			return damaged(errors.New("no part " + p.File))
		}
	}
	return nil
}

// migrationVersions are the numbers of the migrations, in order.
func migrationVersions() (all []int64) {
	for _, m := range sql.Steps() {
		all = append(all, m.Version)
	}
	return all
}

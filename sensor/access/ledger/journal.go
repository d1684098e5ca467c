package ledger

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// journal keeps records in one append-only file for each bucket, so that a file is removed as a whole when its tokens have
// expired. A file is a row of frames:
//
//	"TWL1", 4 bytes; count, 2; length of the key id, 2; CRC-32C of the rest, 4; moment, 8; key id; records of 16 bytes
//
// and a record is a fingerprint, the seconds from its issuing to the frame's moment, and those from there to its expiry.
// Numbers are little-endian.
type journal struct {
	dir  string
	held *os.File // says that no other process may

	mu    sync.Mutex
	free  sync.Cond // nobody writes
	batch *batch    // what gathers while somebody writes
	busy  bool
	files map[bucketID]*os.File
	uses  []bucketID // of files, the longest unused first

	saving sync.Mutex // the memory beside the records
}

// batch is what several callers have to write, which one of them does for all.
type batch struct {
	frames map[bucketID][]byte
	done   chan struct{}
	err    error
}

const (
	frameHead  = 20
	recordSize = 16
	maxFrame   = 4096 // records
	maxFiles   = 64   // that are open at once
)

var (
	frameMagic = []byte("TWL1")
	castagnoli = crc32.MakeTable(crc32.Castagnoli)
)

func newJournal(dir string) *journal {
	j := &journal{dir: dir, batch: newBatch(), files: map[bucketID]*os.File{}}
	j.free.L = &j.mu
	return j
}

func newBatch() *batch { return &batch{frames: map[bucketID][]byte{}, done: make(chan struct{})} }

func (j *journal) name(id bucketID) string {
	return filepath.Join(j.dir, fmt.Sprintf("issued-%d-%d", id.width, id.index))
}

func parseName(name string) (id bucketID, ok bool) {
	rest, ok := strings.CutPrefix(name, "issued-")
	width, index, found := strings.Cut(rest, "-")
	w, err := strconv.ParseUint(width, 10, 8)
	i, err2 := strconv.ParseInt(index, 10, 64)
	id = bucketID{uint8(w), i}
	if !ok || !found || err != nil || err2 != nil || id.width < narrowest || id.width > widest && id.width != forever {
		return bucketID{}, false
	}
	return id, i >= 0 && name == fmt.Sprintf("issued-%d-%d", w, i)
}

// append writes records and returns when they are on disk. Callers that come while another writes are written together.
func (j *journal) append(at int64, records []placed) error {
	j.mu.Lock()
	mine := j.batch
	mine.encode(at, records)
	for j.busy && j.batch == mine {
		j.free.Wait()
	}
	if j.batch != mine { // somebody has taken it along
		j.mu.Unlock()
		<-mine.done
		return mine.err
	}
	j.busy, j.batch = true, newBatch()
	j.mu.Unlock()

	mine.err = j.write(mine.frames)
	close(mine.done)

	j.mu.Lock()
	j.busy = false
	j.free.Broadcast()
	j.mu.Unlock()
	return mine.err
}

func (b *batch) encode(at int64, records []placed) {
	type group struct {
		bucket bucketID
		kid    string
	}
	groups := map[group][]placed{}
	for _, p := range records {
		g := group{p.bucket, clip(p.kid)}
		groups[g] = append(groups[g], p)
	}
	for g, all := range groups {
		for some := range slices.Chunk(all, maxFrame) {
			b.frames[g.bucket] = appendFrame(b.frames[g.bucket], at, g.kid, some)
		}
	}
}

func appendFrame(buf []byte, at int64, kid string, records []placed) []byte {
	start := len(buf)
	buf = append(buf, frameMagic...)
	buf = binary.LittleEndian.AppendUint16(buf, uint16(len(records)))
	buf = binary.LittleEndian.AppendUint16(buf, uint16(len(kid)))
	buf = append(buf, 0, 0, 0, 0)
	buf = binary.LittleEndian.AppendUint64(buf, uint64(at))
	buf = append(buf, kid...)
	for _, p := range records {
		buf = binary.LittleEndian.AppendUint64(buf, uint64(p.print))
		buf = binary.LittleEndian.AppendUint32(buf, uint32(int32(max(-1<<31+1, min(1<<31-1, at-p.issued)))))
		buf = binary.LittleEndian.AppendUint32(buf, uint32(int32(max(-1<<31+1, min(1<<31-1, p.expires-at)))))
	}
	binary.LittleEndian.PutUint32(buf[start+8:], crc32.Checksum(buf[start+12:], castagnoli))
	return buf
}

// write appends to each file and makes all durable. Where one fails, what was written of the batch stays in the others:
// a record that was not acknowledged may be there, one that was is.
func (j *journal) write(frames map[bucketID][]byte) error {
	for id, text := range frames {
		f, err := j.open(id)
		if err != nil {
			return err
		}
		end, err := f.Seek(0, io.SeekEnd)
		if err != nil {
			return err
		}
		if _, err = f.Write(text); err == nil {
			err = f.Sync()
		}
		if err != nil {
			_ = f.Truncate(end) // half a frame must not stand before the next
			return err
		}
	}
	return nil
}

func (j *journal) open(id bucketID) (*os.File, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if f := j.files[id]; f != nil {
		return f, nil
	}
	if len(j.uses) >= maxFiles {
		j.files[j.uses[0]].Close()
		delete(j.files, j.uses[0])
		j.uses = j.uses[1:]
	}
	f, err := os.OpenFile(j.name(id), os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syncDir(j.dir); err != nil {
		f.Close()
		return nil, err
	}
	j.files[id] = f
	j.uses = append(j.uses, id)
	return f, nil
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	_ = d.Sync() // not every file system lets a folder be synced, and none loses data for it
	return nil
}

// remove deletes the files of buckets that have expired.
func (j *journal) remove(gone []bucketID) error {
	var errs []error
	for _, id := range gone {
		j.mu.Lock()
		for j.busy {
			j.free.Wait()
		}
		if f := j.files[id]; f != nil {
			f.Close()
			delete(j.files, id)
			j.uses = slices.DeleteFunc(j.uses, func(u bucketID) bool { return u == id })
		}
		if err := os.Remove(j.name(id)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
		j.mu.Unlock()
	}
	return errors.Join(errs...)
}

func (j *journal) close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	for j.busy {
		j.free.Wait()
	}
	var errs []error
	for _, f := range j.files {
		errs = append(errs, f.Close())
	}
	j.files = nil
	return errors.Join(append(errs, unlock(j.held), j.held.Close())...)
}

// frame is what was read of a file.
type frame struct {
	at      int64
	kid     string
	records []placed
}

// readFrames gives the frames of a file. good is how far it is whole; damaged says that something in it is not, though
// whole frames follow, and so that records are lost that were acknowledged.
func readFrames(r io.Reader, id bucketID, each func(frame)) (good int64, damaged bool, err error) {
	in := bufio.NewReaderSize(r, 1<<20)
	var at, bad int64
	for {
		f, size, err := readFrame(in, id)
		switch {
		case err == nil:
			each(f)
			at += size
			good, damaged = at, damaged || bad > 0
		case errors.Is(err, io.EOF):
			return good, damaged, nil
		case errors.Is(err, errFrame): // look on, byte by byte, for the next that is whole
			if _, err := in.Discard(1); err != nil {
				return good, damaged, nil
			}
			at++
			bad++
		default:
			return good, damaged, err
		}
	}
}

var errFrame = errors.New("no frame")

// readFrame takes a frame off in; where there is none it takes nothing. The error is errFrame, io.EOF, or one of reading.
func readFrame(in *bufio.Reader, id bucketID) (frame, int64, error) {
	head, err := in.Peek(frameHead)
	if err != nil {
		if len(head) > 0 && errors.Is(err, io.EOF) {
			err = errFrame
		}
		return frame{}, 0, err
	}
	count, kid := int(binary.LittleEndian.Uint16(head[4:])), int(binary.LittleEndian.Uint16(head[6:]))
	if string(head[:4]) != string(frameMagic) || count == 0 || count > maxFrame || kid > 200 {
		return frame{}, 0, errFrame
	}
	size := frameHead + kid + count*recordSize
	text, err := in.Peek(size)
	if err != nil && !errors.Is(err, io.EOF) {
		return frame{}, 0, err
	}
	if len(text) < size || crc32.Checksum(text[12:], castagnoli) != binary.LittleEndian.Uint32(text[8:]) {
		return frame{}, 0, errFrame
	}
	f := frame{at: int64(binary.LittleEndian.Uint64(text[12:])), kid: string(text[frameHead : frameHead+kid]), records: make([]placed, count)}
	for i := range f.records {
		r := text[frameHead+kid+i*recordSize:]
		f.records[i] = placed{
			bucket: id, print: max(1, Fingerprint(binary.LittleEndian.Uint64(r))),
			issued: f.at - int64(int32(binary.LittleEndian.Uint32(r[8:]))), expires: f.at + int64(int32(binary.LittleEndian.Uint32(r[12:]))),
		}
	}
	_, err = in.Discard(size)
	return f, int64(size), err
}

